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
use local_learningpolicy\tests\adapter_testcase;

/**
 * Enrolments as data.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\external\get_enrolments
 * @covers     \local_learningpolicy\changed_enrolments
 * @covers     \local_learningpolicy\removed_enrolments
 */
final class get_enrolments_test extends adapter_testcase {
    /**
     * As an administrator.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->setAdminUser();
    }

    /**
     * All that is told of one enrolment.
     */
    public function test_one_enrolment(): void {
        $this->getDataGenerator()->enrol_user($this->employee->id, $this->course->id, null, 'manual', 2000000000, 2100000000);
        $enrolment = $this->enrolment('manual');

        $answer = $this->get();
        $this->assertEqualsCanonicalizing([[
            'id' => (int) $enrolment->id,
            'userid' => (int) $this->employee->id,
            'courseid' => (int) $this->course->id,
            'enrolid' => (int) $enrolment->enrolid,
            'method' => 'manual',
            'status' => 'active',
            'instanceenabled' => true,
            'timestart' => 2000000000,
            'timeend' => 2100000000,
            'timecreated' => (int) $enrolment->timecreated,
            'timemodified' => (int) $enrolment->timemodified,
            'timecompleted' => 0,
            'heldat' => 0,
            'changed' => (int) $enrolment->timemodified,
        ]], $answer['enrolments']);
        $this->assertFalse($answer['more']);
        $this->assertSame((int) $enrolment->timemodified, $answer['nextsince']);
        $this->assertSame((int) $enrolment->id, $answer['nextafter']);
        $this->assertEqualsWithDelta(time(), $answer['time'], 5);
    }

    /**
     * Suspended, removed, in a disabled instance, completed: each is told, and when it changed.
     */
    public function test_all_statuses(): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/completion/completion_completion.php');

        $manual = enrol_get_plugin('manual');
        $instance = $DB->get_record('enrol', ['courseid' => $this->course->id, 'enrol' => 'manual']);
        $users = [];
        foreach (['suspended', 'removed', 'completed'] as $name) {
            $users[$name] = $this->getDataGenerator()->create_and_enrol($this->course);
        }
        $manual->update_user_enrol($instance, $users['suspended']->id, ENROL_USER_SUSPENDED);
        $DB->set_field('user_enrolments', 'timemodified', 1000);
        $manual->unenrol_user($instance, $users['removed']->id);
        $completion = new \completion_completion(['course' => $this->course->id, 'userid' => $users['completed']->id]);
        $completion->mark_complete(5000);
        $manual->update_status($instance, ENROL_INSTANCE_DISABLED);

        $rows = array_column($this->get()['enrolments'], null, 'userid');
        $this->assertSame('suspended', $rows[$users['suspended']->id]['status']);
        $this->assertFalse($rows[$users['suspended']->id]['instanceenabled']);
        $this->assertSame(1000, $rows[$users['suspended']->id]['changed']);
        $this->assertSame('active', $rows[$users['completed']->id]['status']);
        $this->assertSame(5000, $rows[$users['completed']->id]['timecompleted']);
        $this->assertSame(5000, $rows[$users['completed']->id]['changed']);
        $removed = $rows[$users['removed']->id];
        $this->assertSame(['removed', false], [$removed['status'], $removed['instanceenabled']]);
        $this->assertSame((int) $instance->id, $removed['enrolid']);
        $this->assertEqualsWithDelta(time(), $removed['changed'], 5);
        $this->assertSame(1000, $removed['timemodified']);
    }

    /**
     * A hold that the plugin placed is told, until somebody makes the enrolment active.
     */
    public function test_heldat(): void {
        self::$adapter->hold();
        $this->enrol_by_hand();
        [$row] = $this->get()['enrolments'];
        $this->assertSame('suspended', $row['status']);
        $this->assertEqualsWithDelta(time(), $row['heldat'], 5);

        set_enrolment_status::execute($row['id'], 'active', $row['userid'], $row['courseid']);
        $this->assertSame(0, $this->get()['enrolments'][0]['heldat']);
        set_enrolment_status::execute($row['id'], 'suspended', $row['userid'], $row['courseid']);
        $this->assertSame(0, $this->get()['enrolments'][0]['heldat']);
    }

    /**
     * Page by page everything is given once, also when many changed in the same second.
     */
    public function test_paging(): void {
        global $DB;

        for ($user = 0; $user < 7; $user++) {
            $this->getDataGenerator()->create_and_enrol($this->course);
        }
        $DB->set_field('user_enrolments', 'timemodified', 1000);
        $ids = $DB->get_fieldset('user_enrolments', 'id', []);
        $DB->set_field('user_enrolments', 'timemodified', 999, ['id' => max($ids)]);

        $given = [];
        [$since, $after, $pages] = [0, 0, 0];
        do {
            $answer = $this->get(['since' => $since, 'after' => $after, 'limit' => 3]);
            $given = [...$given, ...array_column($answer['enrolments'], 'id')];
            [$since, $after] = [$answer['nextsince'], $answer['nextafter']];
            $pages++;
        } while ($answer['more']);

        $this->assertSame(3, $pages);
        $this->assertCount(7, array_unique($given));
        $this->assertEquals(max($ids), $given[0]);
        $answer = $this->get(['since' => $since, 'after' => $after]);
        $this->assertSame([[], $since, $after], [$answer['enrolments'], $answer['nextsince'], $answer['nextafter']]);
    }

    /**
     * Narrowed to a course, or a user, of what is there and what was removed.
     */
    public function test_narrowing(): void {
        global $DB;

        $other = $this->getDataGenerator()->create_course();
        $stays = $this->getDataGenerator()->create_and_enrol($this->course);
        $this->getDataGenerator()->enrol_user($stays->id, $other->id);
        $goes = $this->getDataGenerator()->create_and_enrol($this->course);
        $instance = $DB->get_record('enrol', ['courseid' => $this->course->id, 'enrol' => 'manual']);
        enrol_get_plugin('manual')->unenrol_user($instance, $goes->id);

        $this->assertCount(2, $this->get(['courseid' => (int) $this->course->id])['enrolments']);
        $this->assertCount(2, $this->get(['userid' => (int) $stays->id])['enrolments']);
        $this->assertCount(1, $this->get(['userid' => (int) $stays->id, 'courseid' => (int) $other->id])['enrolments']);
        $this->assertSame('removed', $this->get(['userid' => (int) $goes->id])['enrolments'][0]['status']);
    }

    /**
     * Deleted users are left out.
     */
    public function test_deleted_users_are_left_out(): void {
        $this->enrol_by_hand();
        delete_user($this->employee);
        $this->assertSame([], $this->get()['enrolments']);
    }

    /**
     * The most that can be asked.
     *
     * @dataProvider wrong_limit_provider
     * @param int $limit
     */
    public function test_wrong_limit(int $limit): void {
        $this->expectException(\invalid_parameter_exception::class);
        $this->get(['limit' => $limit]);
    }

    /**
     * Limits that are refused.
     *
     * @return array[]
     */
    public static function wrong_limit_provider(): array {
        return ['none' => [0], 'too many' => [5001]];
    }

    /**
     * It takes the capability.
     */
    public function test_it_takes_the_capability(): void {
        $this->setUser($this->employee);
        $this->expectException(\required_capability_exception::class);
        $this->get();
    }

    /**
     * Removed enrolments are forgotten after 400 days.
     */
    public function test_old_removed_enrolments_are_deleted(): void {
        global $DB;

        $clock = $this->mock_clock_with_frozen();
        $this->enrol_by_hand();
        $instance = $DB->get_record('enrol', ['courseid' => $this->course->id, 'enrol' => 'manual']);
        enrol_get_plugin('manual')->unenrol_user($instance, $this->employee->id);
        $clock->bump(399 * DAYSECS);
        (new \local_learningpolicy\task\clean_up())->execute();
        $this->assertCount(1, $this->get()['enrolments']);
        $clock->bump(2 * DAYSECS);
        (new \local_learningpolicy\task\clean_up())->execute();
        $this->assertSame([], $this->get()['enrolments']);
    }

    /**
     * Calls the function as the web service does.
     *
     * @param array $params
     * @return array
     */
    private function get(array $params = []): array {
        return external_api::clean_returnvalue(get_enrolments::execute_returns(), get_enrolments::execute(...$params));
    }
}
