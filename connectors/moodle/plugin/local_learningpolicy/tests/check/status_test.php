<?php
// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

namespace local_learningpolicy\check;

use core\check\manager;
use core\check\result;
use local_learningpolicy\queue;
use local_learningpolicy\tests\adapter_testcase;
use local_learningpolicy\tests\loopback_adapter;

/**
 * What the page "System status" says.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\check\delivery
 * @covers     \local_learningpolicy\check\enrolmentcheck
 * @covers     ::local_learningpolicy_status_checks
 */
final class status_test extends adapter_testcase {
    /**
     * Moodle finds the checks, and they have names.
     */
    public function test_the_checks_are_found(): void {
        $names = [];
        foreach (manager::get_status_checks() as $check) {
            $names[$check->get_ref()] = $check->get_name();
        }
        $this->assertSame('Learning policy: events to the adapter', $names['local_learningpolicy_delivery']);
        $this->assertSame('Learning policy: check at enrolment', $names['local_learningpolicy_enrolmentcheck']);
    }

    /**
     * Delivery, from best to worst.
     */
    public function test_delivery(): void {
        $clock = $this->mock_clock_with_frozen();
        $status = fn(): string => (new delivery())->get_result()->get_status();

        $this->assertSame(result::OK, $status());
        $this->enrol_by_hand();
        $this->assertSame(result::OK, $status());
        self::$adapter->answer('/v1/lms-events', 500);
        $clock->bump(MINSECS);
        \core\di::get(\local_learningpolicy\delivery::class)->run();
        $this->assertSame(result::INFO, $status());
        $clock->bump(HOURSECS);
        $this->assertSame(result::WARNING, $status());
        $clock->bump(DAYSECS);
        $this->assertSame(result::ERROR, $status());
        set_config('adapterurl', '', 'local_learningpolicy');
        $this->assertSame(result::NA, $status());
    }

    /**
     * Delivery that is off, or cannot sign.
     */
    public function test_delivery_that_is_off_or_cannot_sign(): void {
        set_config('deliveryenabled', 0, 'local_learningpolicy');
        $this->assertSame(result::WARNING, (new delivery())->get_result()->get_status());
        set_config('webhooksecret', '', 'local_learningpolicy');
        $this->assertSame(result::ERROR, (new delivery())->get_result()->get_status());
    }

    /**
     * A failure within somebody's action is shown for a week.
     */
    public function test_a_failure_of_the_plugin_is_shown(): void {
        $clock = $this->mock_clock_with_frozen();
        set_config('lastfailure', 'taking in <b>something</b>', 'local_learningpolicy');
        set_config('lastfailuretime', $clock->time(), 'local_learningpolicy');
        $result = (new delivery())->get_result();
        $this->assertSame(result::ERROR, $result->get_status());
        $this->assertStringContainsString('taking in &lt;b&gt;something', $result->get_details());
        $clock->bump(8 * DAYSECS);
        $this->assertSame(result::OK, (new delivery())->get_result()->get_status());
    }

    /**
     * The check at enrolment.
     */
    public function test_enrolment_check(): void {
        global $DB;

        $clock = $this->mock_clock_with_frozen();
        $status = fn(): string => (new enrolmentcheck())->get_result()->get_status();
        $this->assertSame(result::OK, $status());

        $url = get_config('local_learningpolicy', 'adapterurl');
        set_config('adapterurl', 'http://127.0.0.1:' . loopback_adapter::free_port(), 'local_learningpolicy');
        $this->enrol_by_hand();
        $DB->delete_records(queue::TABLE);
        $this->assertSame(result::WARNING, $status());
        $clock->bump(DAYSECS + 1);
        $this->assertSame(result::OK, $status());

        set_config('employeefield', 'nosuchfield', 'local_learningpolicy');
        $this->assertSame(result::ERROR, $status());
        set_config('apikey', '', 'local_learningpolicy');
        $this->assertSame(result::ERROR, $status());
        set_config('checkenabled', 0, 'local_learningpolicy');
        $this->assertSame(result::INFO, $status());
        set_config('adapterurl', '', 'local_learningpolicy');
        $this->assertSame(result::NA, $status());
        set_config('adapterurl', $url, 'local_learningpolicy');
    }
}
