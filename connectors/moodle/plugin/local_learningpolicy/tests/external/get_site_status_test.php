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

namespace local_learningpolicy\external;

use core_external\external_api;
use local_learningpolicy\delivery;
use local_learningpolicy\tests\adapter_testcase;

/**
 * How the plugin tells that it is.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\external\get_site_status
 */
final class get_site_status_test extends adapter_testcase {
    /**
     * Versions, settings, clock and queue.
     */
    public function test_status(): void {
        global $CFG;

        $clock = $this->mock_clock_with_frozen();
        $this->setAdminUser();
        $this->getDataGenerator()->create_user();
        self::$adapter->answer('/v1/lms-events', 500, '{"title": "Broken"}');
        \core\di::get(delivery::class)->run();

        $status = external_api::clean_returnvalue(get_site_status::execute_returns(), get_site_status::execute());
        $this->assertSame((string) get_config('local_learningpolicy', 'version'), $status['pluginversion']);
        $this->assertSame(\core_plugin_manager::instance()->get_plugin_info('local_learningpolicy')->release, $status['release']);
        $this->assertSame((string) $CFG->version, $status['moodleversion']);
        $this->assertSame($clock->time(), $status['time']);
        $this->assertSame((int) ini_get('max_input_vars'), $status['maxinputvars']);
        $this->assertSame([true, true, true], [$status['checkenabled'], $status['deliveryenabled'], $status['configured']]);
        $this->assertSame([1, 0, 'HTTP 500 Broken'], [$status['queued'], $status['lastdelivered'], $status['lasterror']]);
        $this->assertSame((int) $this->queued()[0]->timecreated, $status['oldestqueued']);

        self::$adapter->answer('/v1/lms-events', 200);
        $clock->bump(HOURSECS);
        \core\di::get(delivery::class)->run();
        set_config('webhooksecret', 'nothing', 'local_learningpolicy');
        $status = get_site_status::execute();
        $this->assertSame([0, 0, $clock->time(), ''], [
            $status['queued'],
            $status['oldestqueued'],
            $status['lastdelivered'],
            $status['lasterror'],
        ]);
        $this->assertFalse($status['configured']);
    }

    /**
     * It takes the capability.
     */
    public function test_it_takes_the_capability(): void {
        $this->setUser($this->employee);
        $this->expectException(\required_capability_exception::class);
        get_site_status::execute();
    }
}
