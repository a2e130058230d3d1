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
use core_privacy\local\request\contextlist;
use core_privacy\local\request\transform;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use local_learningpolicy\cloud_event;
use local_learningpolicy\holds;
use local_learningpolicy\queue;
use local_learningpolicy\removed_enrolments;

/**
 * What the plugin keeps of a person, and sends to the adapter. All of it belongs to the context of the user.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class provider implements
    \core_privacy\local\metadata\provider,
    \core_privacy\local\request\core_userlist_provider,
    \core_privacy\local\request\plugin\provider {
    /** @var string[] The tables that are about a person, by the name under which they are exported. */
    private const TABLES = ['queue' => queue::TABLE, 'held' => holds::TABLE, 'removed' => removed_enrolments::TABLE];

    /**
     * Says what is kept and sent.
     *
     * @param collection $collection
     * @return collection
     */
    public static function get_metadata(collection $collection): collection {
        $collection->add_database_table(queue::TABLE, [
            'eventname' => 'privacy:metadata:eventname',
            'courseid' => 'privacy:metadata:courseid',
            'userid' => 'privacy:metadata:userid',
            'actorid' => 'privacy:metadata:actorid',
            'body' => 'privacy:metadata:body',
            'timecreated' => 'privacy:metadata:timecreated',
            'timedelivered' => 'privacy:metadata:timedelivered',
        ], 'privacy:metadata:queue');
        $collection->add_database_table(holds::TABLE, [
            'userenrolmentid' => 'privacy:metadata:userenrolmentid',
            'userid' => 'privacy:metadata:userid',
            'courseid' => 'privacy:metadata:courseid',
            'timeheld' => 'privacy:metadata:timeheld',
        ], 'privacy:metadata:held');
        $collection->add_database_table(removed_enrolments::TABLE, [
            'userenrolmentid' => 'privacy:metadata:userenrolmentid',
            'userid' => 'privacy:metadata:userid',
            'courseid' => 'privacy:metadata:courseid',
            'method' => 'privacy:metadata:method',
            'timestart' => 'privacy:metadata:timestart',
            'timeend' => 'privacy:metadata:timeend',
            'timeremoved' => 'privacy:metadata:timeremoved',
        ], 'privacy:metadata:removed');
        $collection->add_external_location_link('adapter', [
            'userid' => 'privacy:metadata:userid',
            'actorid' => 'privacy:metadata:actorid',
            'courseid' => 'privacy:metadata:courseid',
            'employeenumber' => 'privacy:metadata:employeenumber',
        ], 'privacy:metadata:adapter');
        return $collection;
    }

    /**
     * The context of the user, when there is something about the user.
     *
     * @param int $userid
     * @return contextlist
     */
    public static function get_contexts_for_userid(int $userid): contextlist {
        $contextlist = new contextlist();
        if (self::has_data($userid)) {
            $contextlist->add_user_context($userid);
        }
        return $contextlist;
    }

    /**
     * The user of a user context, when there is something about that user.
     *
     * @param userlist $userlist
     */
    public static function get_users_in_context(userlist $userlist): void {
        $context = $userlist->get_context();
        if ($context instanceof \core\context\user && self::has_data($context->instanceid)) {
            $userlist->add_user($context->instanceid);
        }
    }

    /**
     * Gives a user what is kept about the user.
     *
     * @param approved_contextlist $contextlist
     */
    public static function export_user_data(approved_contextlist $contextlist): void {
        global $DB;

        $userid = (int) $contextlist->get_user()->id;
        foreach ($contextlist->get_contexts() as $context) {
            if (!self::is_of($context, $userid)) {
                continue;
            }
            $data = [
                'queue' => $DB->get_records_select(queue::TABLE, 'userid = ? OR actorid = ?', [$userid, $userid], 'id'),
                'held' => $DB->get_records(holds::TABLE, ['userid' => $userid], 'id'),
                'removed' => $DB->get_records(removed_enrolments::TABLE, ['userid' => $userid], 'id'),
            ];
            foreach (array_filter($data) as $name => $rows) {
                writer::with_context($context)->export_data(
                    [get_string('pluginname', 'local_learningpolicy'), get_string("privacy:path:{$name}", 'local_learningpolicy')],
                    (object) ['rows' => array_values(array_map([self::class, 'readable'], $rows))],
                );
            }
        }
    }

    /**
     * Deletes what is kept about the user of a user context.
     *
     * @param \context $context
     */
    public static function delete_data_for_all_users_in_context(\context $context): void {
        if ($context instanceof \core\context\user) {
            self::delete($context->instanceid);
        }
    }

    /**
     * Deletes what is kept about a user.
     *
     * @param approved_contextlist $contextlist
     */
    public static function delete_data_for_user(approved_contextlist $contextlist): void {
        $userid = (int) $contextlist->get_user()->id;
        foreach ($contextlist->get_contexts() as $context) {
            if (self::is_of($context, $userid)) {
                self::delete($userid);
            }
        }
    }

    /**
     * Deletes what is kept about the user of a user context.
     *
     * @param approved_userlist $userlist
     */
    public static function delete_data_for_users(approved_userlist $userlist): void {
        $context = $userlist->get_context();
        foreach ($userlist->get_userids() as $userid) {
            if (self::is_of($context, (int) $userid)) {
                self::delete((int) $userid);
            }
        }
    }

    /**
     * Whether something is kept about a user.
     *
     * @param int $userid
     * @return bool
     */
    private static function has_data(int $userid): bool {
        global $DB;

        foreach (self::TABLES as $table) {
            if ($DB->record_exists($table, ['userid' => $userid])) {
                return true;
            }
        }
        return $DB->record_exists(queue::TABLE, ['actorid' => $userid]);
    }

    /**
     * Whether a context is that of a user.
     *
     * @param \context $context
     * @param int $userid
     * @return bool
     */
    private static function is_of(\context $context, int $userid): bool {
        return $context instanceof \core\context\user && $context->instanceid == $userid;
    }

    /**
     * Deletes what is kept about a user, also when it still waits for the adapter: that reads the enrolments itself.
     *
     * Events about others stay, without the user who brought them about.
     *
     * @param int $userid
     */
    private static function delete(int $userid): void {
        global $DB;

        foreach (self::TABLES as $table) {
            $DB->delete_records($table, ['userid' => $userid]);
        }
        foreach ($DB->get_records(queue::TABLE, ['actorid' => $userid], '', 'id, body') as $row) {
            $DB->update_record(queue::TABLE, (object) [
                'id' => $row->id,
                'actorid' => 0,
                'body' => cloud_event::without_actor($row->body),
            ]);
        }
    }

    /**
     * A row with its moments as a person reads them.
     *
     * @param \stdClass $row
     * @return \stdClass
     */
    private static function readable(\stdClass $row): \stdClass {
        foreach ((array) $row as $name => $value) {
            if (str_starts_with($name, 'time')) {
                $row->$name = $value ? transform::datetime($value) : null;
            }
        }
        return $row;
    }
}
