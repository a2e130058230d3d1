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

namespace local_learningpolicy;

use local_learningpolicy\tests\adapter_testcase;

/**
 * Which events are queued, and what they tell.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\queue
 * @covers     \local_learningpolicy\observer
 * @covers     \local_learningpolicy\cloud_event
 */
final class queue_test extends adapter_testcase {
    /**
     * The whole message of an enrolment.
     */
    public function test_an_enrolment_is_told_by_ids(): void {
        $this->setAdminUser();
        $this->enrol_by_hand();

        [$row] = $this->queued('user_enrolment_created');
        $enrolment = $this->enrolment('manual');
        $this->assertSame([
            'specversion' => '1.0',
            'id' => $row->eventid,
            'source' => 'urn:moodle:' . get_site_identifier(),
            'type' => 'nl.moodle.user_enrolment_created',
            'time' => gmdate('Y-m-d\TH:i:s\Z', $row->timecreated),
            'datacontenttype' => 'application/json',
            'data' => [
                'eventname' => '\core\event\user_enrolment_created',
                'objectid' => $enrolment->id,
                'userid' => get_admin()->id,
                'relateduserid' => $this->employee->id,
                'courseid' => $this->course->id,
                'timecreated' => (int) $row->timecreated,
                'other_enrol' => 'manual',
            ],
        ], json_decode($row->body, true));
        $this->assertMatchesRegularExpression('/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/', $row->eventid);
    }

    /**
     * An event that is rolled back was never queued; one that is committed is.
     */
    public function test_the_queue_is_part_of_the_transaction(): void {
        global $DB;

        $this->preventResetByRollback();
        $transaction = $DB->start_delegated_transaction();
        $this->enrol_by_hand();
        $this->assertCount(1, $this->queued('user_enrolment_created'));
        try {
            $transaction->rollback(new \Exception('Moodle failed later on.'));
        } catch (\Exception $e) {
            $this->assertSame('Moodle failed later on.', $e->getMessage());
        }
        $this->assertSame([], $this->queued());
        $this->assertNull($this->enrolment('manual'));

        $transaction = $DB->start_delegated_transaction();
        $this->enrol_by_hand();
        $transaction->allow_commit();
        $this->assertCount(1, $this->queued('user_enrolment_created'));
    }

    /**
     * All kinds that the adapter knows, and none that it does not.
     */
    public function test_every_kind_of_event(): void {
        global $CFG;
        require_once($CFG->dirroot . '/user/lib.php');
        require_once($CFG->dirroot . '/course/lib.php');
        require_once($CFG->dirroot . '/completion/completion_completion.php');

        $this->setAdminUser();
        $this->enrol_by_hand();
        $instance = self::manual_instance($this->course->id);
        enrol_get_plugin('manual')->update_user_enrol($instance, $this->employee->id, ENROL_USER_SUSPENDED);
        (new \completion_completion(['course' => $this->course->id, 'userid' => $this->employee->id]))->mark_complete();
        enrol_get_plugin('manual')->unenrol_user($instance, $this->employee->id);
        user_update_user((object) ['id' => $this->employee->id, 'firstname' => 'Another'], false);
        user_delete_user(\core_user::get_user($this->employee->id));
        update_course((object) ['id' => $this->course->id, 'fullname' => 'Another']);
        delete_course($this->course, false);
        $this->getDataGenerator()->create_user();
        $generator = $this->getDataGenerator()->get_plugin_generator('mod_data');
        $data = $this->getDataGenerator()->create_module('data', ['course' => create_course((object) [
            'fullname' => 'Forms',
            'shortname' => 'forms',
            'category' => 1,
        ])->id]);
        $field = $generator->create_field((object) ['name' => 'Text', 'type' => 'text'], $data);
        $entry = $generator->create_entry($data, [$field->field->id => 'Something']);
        data_delete_record($entry, $data, $data->course, get_coursemodule_from_instance('data', $data->id)->id);

        $kinds = array_map(fn($row) => cloud_event::kind($row->eventname), $this->queued());
        $expected = [
            'user_enrolment_created', 'user_enrolment_updated', 'course_completed', 'user_enrolment_deleted', 'user_updated',
            'user_deleted', 'course_updated', 'course_deleted', 'user_created', 'course_created', 'record_created',
            'record_deleted',
        ];
        $this->assertSame([], array_diff($expected, $kinds));
        $this->assertSame([], array_diff($kinds, $expected));
        [$created] = $this->queued('record_created');
        $this->assertSame((string) $data->id, json_decode($created->body)->data->other_dataid);
        $bodies = implode(' ', array_column($this->queued(), 'body'));
        $this->assertStringNotContainsString($this->employee->lastname, $bodies);
        $this->assertStringNotContainsString($this->employee->email, $bodies);
    }

    /**
     * Without an adapter there is nobody to tell.
     */
    public function test_nothing_is_queued_without_an_adapter(): void {
        set_config('adapterurl', '', 'local_learningpolicy');
        $this->enrol_by_hand();
        $this->assertSame([], $this->queued());
    }

    /**
     * While delivery is off, events are kept.
     */
    public function test_events_are_queued_while_delivery_is_off(): void {
        set_config('deliveryenabled', 0, 'local_learningpolicy');
        $this->enrol_by_hand();
        $this->assertCount(1, $this->queued('user_enrolment_created'));
    }

    /**
     * A failure of ours does not reach the user, and does not stay hidden.
     */
    public function test_a_failure_never_breaks_the_action(): void {
        $this->preventResetByRollback();
        \core\di::set(queue::class, \DI\factory(function (): queue {
            throw new \dml_exception('ddltablenotexist');
        }));
        $before = ini_set('error_log', make_request_directory() . '/log');
        $this->enrol_by_hand();
        $log = file_get_contents(ini_set('error_log', $before));

        $this->assertNotNull($this->enrolment('manual'));
        $this->assertDebuggingCalledCount(2);
        $this->assertStringContainsString('taking in \core\event\user_enrolment_created', $log);
        $this->assertStringContainsString('dml_exception', get_config('local_learningpolicy', 'lastfailure'));
        $this->assertEqualsWithDelta(time(), get_config('local_learningpolicy', 'lastfailuretime'), 5);
    }

    /**
     * Old delivered events go; events that wait never do.
     */
    public function test_only_what_was_delivered_is_deleted(): void {
        global $DB;

        $this->enrol_by_hand();
        $this->getDataGenerator()->create_user();
        [$first, $second] = $this->queued();
        $DB->set_field(queue::TABLE, 'timecreated', 1000);
        $DB->set_field(queue::TABLE, 'timedelivered', time() - 8 * DAYSECS, ['id' => $first->id]);

        (new task\clean_up())->execute();

        $this->assertSame([$second->id], array_column($this->queued(), 'id'));
    }

    /**
     * The manual enrolment instance of a course.
     *
     * @param int|string $courseid
     * @return \stdClass
     */
    private static function manual_instance(int|string $courseid): \stdClass {
        global $DB;
        return $DB->get_record('enrol', ['courseid' => $courseid, 'enrol' => 'manual'], '*', MUST_EXIST);
    }
}
