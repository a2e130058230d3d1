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

namespace local_learningpolicy\privacy;

use core_privacy\local\metadata\collection;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use local_learningpolicy\holds;
use local_learningpolicy\queue;
use local_learningpolicy\removed_enrolments;
use local_learningpolicy\tests\adapter_testcase;

/**
 * What is kept of a person can be told, given and deleted.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\privacy\provider
 */
final class provider_test extends adapter_testcase {
    /** @var \stdClass Who enrolled the employee. */
    private \stdClass $manager;

    /**
     * A manager enrols the employee, who is held, and removes an enrolment of the employee elsewhere.
     */
    protected function setUp(): void {
        global $DB;

        parent::setUp();
        $this->manager = $this->getDataGenerator()->create_user();
        $DB->delete_records(queue::TABLE);
        $this->setUser($this->manager);
        $other = $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->enrol_user($this->employee->id, $other->id);
        $instance = $DB->get_record('enrol', ['courseid' => $other->id, 'enrol' => 'manual']);
        enrol_get_plugin('manual')->unenrol_user($instance, $this->employee->id);
        self::$adapter->hold();
        $this->enrol_by_hand();
        $this->setAdminUser();
    }

    /**
     * Every table and column with something about a person is named.
     */
    public function test_metadata(): void {
        $items = provider::get_metadata(new collection('local_learningpolicy'))->get_collection();
        $this->assertSame(
            [queue::TABLE, holds::TABLE, removed_enrolments::TABLE, 'adapter'],
            array_map(fn($item): string => $item->get_name(), $items),
        );
        foreach ($items as $item) {
            foreach ([$item->get_summary(), ...$item->get_privacy_fields()] as $name) {
                $this->assertTrue(get_string_manager()->string_exists($name, 'local_learningpolicy'), $name);
            }
        }
    }

    /**
     * It is known of whom there is something, in the user's own context.
     */
    public function test_contexts_and_users(): void {
        foreach ([$this->employee, $this->manager] as $user) {
            $context = \core\context\user::instance($user->id);
            $this->assertEquals([$context->id], provider::get_contexts_for_userid((int) $user->id)->get_contextids());
            $userlist = new userlist($context, 'local_learningpolicy');
            provider::get_users_in_context($userlist);
            $this->assertEquals([$user->id], $userlist->get_userids());
        }
        $stranger = $this->getDataGenerator()->create_user();
        $this->queue_is_emptied_of($stranger);
        $this->assertCount(0, provider::get_contexts_for_userid((int) $stranger->id));
        $userlist = new userlist(\core\context\course::instance($this->course->id), 'local_learningpolicy');
        provider::get_users_in_context($userlist);
        $this->assertCount(0, $userlist);
    }

    /**
     * What is given.
     */
    public function test_export(): void {
        $context = \core\context\user::instance($this->employee->id);
        provider::export_user_data(new approved_contextlist($this->employee, 'local_learningpolicy', [$context->id]));
        $writer = writer::with_context($context);
        $count = fn(string $name): int => count($writer->get_data(['Learning policy', $name])->rows);
        $this->assertSame([4, 1, 1], [
            $count('Events for the adapter'),
            $count('Enrolments on hold'),
            $count('Removed enrolments'),
        ]);
    }

    /**
     * Deleting takes what is about a user, and the user out of what is about others.
     *
     * @dataProvider way_of_deleting_provider
     * @param callable $delete
     */
    public function test_delete(callable $delete): void {
        global $DB;

        $delete($this->manager);
        $rows = $DB->get_records(queue::TABLE, ['userid' => $this->employee->id]);
        $this->assertCount(4, $rows);
        foreach ($rows as $row) {
            $this->assertEquals(0, $row->actorid);
            $this->assertSame('0', json_decode($row->body)->data->userid);
            $this->assertSame($row->eventid, json_decode($row->body)->id);
        }

        $delete($this->employee);
        foreach ([queue::TABLE, holds::TABLE, removed_enrolments::TABLE] as $table) {
            $this->assertFalse($DB->record_exists($table, ['userid' => $this->employee->id]));
        }
    }

    /**
     * The three ways in which Moodle deletes.
     *
     * @return array[]
     */
    public static function way_of_deleting_provider(): array {
        return [
            'a user' => [function (\stdClass $user): void {
                $contextid = \core\context\user::instance($user->id)->id;
                provider::delete_data_for_user(new approved_contextlist($user, 'local_learningpolicy', [$contextid]));
            }],
            'users of a context' => [function (\stdClass $user): void {
                $context = \core\context\user::instance($user->id);
                provider::delete_data_for_users(new approved_userlist($context, 'local_learningpolicy', [$user->id]));
            }],
            'a context' => [function (\stdClass $user): void {
                provider::delete_data_for_all_users_in_context(\core\context\user::instance($user->id));
            }],
        ];
    }

    /**
     * Deleting in another context takes nothing.
     */
    public function test_nothing_is_deleted_elsewhere(): void {
        global $DB;

        $context = \core\context\course::instance($this->course->id);
        $before = $DB->count_records(queue::TABLE);
        provider::delete_data_for_user(new approved_contextlist($this->employee, 'local_learningpolicy', [$context->id]));
        provider::delete_data_for_all_users_in_context($context);
        provider::delete_data_for_users(new approved_userlist($context, 'local_learningpolicy', [$this->employee->id]));
        $this->assertSame($before, $DB->count_records(queue::TABLE));
    }

    /**
     * Takes the events about a user's own creation out of the queue.
     *
     * @param \stdClass $user
     */
    private function queue_is_emptied_of(\stdClass $user): void {
        global $DB;
        $DB->delete_records(queue::TABLE, ['userid' => $user->id]);
    }
}
