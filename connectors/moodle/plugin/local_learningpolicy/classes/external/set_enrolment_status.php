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
use core_external\external_function_parameters;
use core_external\external_single_structure;
use core_external\external_value;
use local_learningpolicy\gate;
use local_learningpolicy\holds;
use stdClass;

/**
 * Suspends or activates one enrolment of any method, by its id.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class set_enrolment_status extends external_api {
    /** @var int[] The statuses, as Moodle stores them. */
    private const STATUSES = ['active' => ENROL_USER_ACTIVE, 'suspended' => ENROL_USER_SUSPENDED];

    /**
     * What must be said.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'id' => new external_value(PARAM_INT, 'Id of the enrolment'),
            'status' => new external_value(PARAM_ALPHA, 'active or suspended'),
            'userid' => new external_value(PARAM_INT, 'Whose it is: an id can be used again after a restore'),
            'courseid' => new external_value(PARAM_INT, 'In which course, for the same reason'),
        ]);
    }

    /**
     * Sets the status; dates stay as they are. Doing it again changes nothing.
     *
     * @param int $id
     * @param string $status
     * @param int $userid
     * @param int $courseid
     * @return array
     * @throws \moodle_exception enrolmentgone, enrolmentmismatch or enrolmethodgone
     */
    public static function execute(int $id, string $status, int $userid, int $courseid): array {
        global $DB;

        $params = self::validate_parameters(self::execute_parameters(), [
            'id' => $id,
            'status' => $status,
            'userid' => $userid,
            'courseid' => $courseid,
        ]);
        $context = \core\context\system::instance();
        self::validate_context($context);
        require_capability('local/learningpolicy:setenrolmentstatus', $context);
        if (!isset(self::STATUSES[$params['status']])) {
            throw new \invalid_parameter_exception('status must be active or suspended');
        }

        $enrolment = $DB->get_record('user_enrolments', ['id' => $params['id']]);
        if (!$enrolment) {
            throw new \moodle_exception('enrolmentgone', 'local_learningpolicy', '', $params['id']);
        }
        $instance = $DB->get_record('enrol', ['id' => $enrolment->enrolid], '*', MUST_EXIST);
        if ($enrolment->userid != $params['userid'] || $instance->courseid != $params['courseid']) {
            throw new \moodle_exception('enrolmentmismatch', 'local_learningpolicy', '', $params['id']);
        }
        self::set_status($instance, $enrolment, self::STATUSES[$params['status']]);

        $now = $DB->get_record('user_enrolments', ['id' => $enrolment->id], '*', MUST_EXIST);
        return [
            'id' => (int) $now->id,
            'status' => array_search($now->status, self::STATUSES),
            'changed' => $now->status != $enrolment->status,
            'timemodified' => (int) $now->timemodified,
        ];
    }

    /**
     * What came of it.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'id' => new external_value(PARAM_INT, 'Id of the enrolment'),
            'status' => new external_value(PARAM_ALPHA, 'Its status now: active or suspended'),
            'changed' => new external_value(PARAM_BOOL, 'Whether it changed'),
            'timemodified' => new external_value(PARAM_INT, 'When it was last changed'),
        ]);
    }

    /**
     * Sets the status through the enrolment method itself, and has Moodle tell everyone about it.
     *
     * @param stdClass $instance
     * @param stdClass $enrolment
     * @param int $status
     */
    private static function set_status(stdClass $instance, stdClass $enrolment, int $status): void {
        global $DB;

        $plugin = enrol_get_plugin($instance->enrol);
        if (!$plugin) {
            throw new \moodle_exception('enrolmethodgone', 'local_learningpolicy', '', $instance->enrol);
        }
        $transaction = $DB->start_delegated_transaction();
        if ($enrolment->status == ENROL_USER_ACTIVE) {
            // Whatever happens to it now, this plugin does not hold it.
            \core\di::get(holds::class)->forget($enrolment->id);
        }
        \core\di::get(gate::class)->stand_aside(
            fn() => $plugin->update_user_enrol($instance, $enrolment->userid, $status),
        );
        $transaction->allow_commit();
    }
}
