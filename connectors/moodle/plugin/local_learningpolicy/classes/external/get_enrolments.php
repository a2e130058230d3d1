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
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_learningpolicy\changed_enrolments;

/**
 * Enrolments of all methods and statuses that changed since a moment, page by page.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class get_enrolments extends external_api {
    /** @var int The most enrolments of one page. */
    private const MOST = 5000;

    /**
     * What can be asked.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'since' => new external_value(PARAM_INT, 'Changed after this moment, or at it with a higher id', VALUE_DEFAULT, 0),
            'after' => new external_value(PARAM_INT, 'The id that goes with since', VALUE_DEFAULT, 0),
            'limit' => new external_value(PARAM_INT, 'The most enrolments to give, 1 to ' . self::MOST, VALUE_DEFAULT, 1000),
            'courseid' => new external_value(PARAM_INT, 'Of this course only; 0: of all', VALUE_DEFAULT, 0),
            'userid' => new external_value(PARAM_INT, 'Of this user only; 0: of all', VALUE_DEFAULT, 0),
        ]);
    }

    /**
     * Gives one page, in the order of change and id.
     *
     * @param int $since
     * @param int $after
     * @param int $limit
     * @param int $courseid
     * @param int $userid
     * @return array
     */
    public static function execute(int $since = 0, int $after = 0, int $limit = 1000, int $courseid = 0, int $userid = 0): array {
        $params = self::validate_parameters(self::execute_parameters(), [
            'since' => $since,
            'after' => $after,
            'limit' => $limit,
            'courseid' => $courseid,
            'userid' => $userid,
        ]);
        $context = \core\context\system::instance();
        self::validate_context($context);
        require_capability('local/learningpolicy:viewenrolments', $context);
        if ($params['limit'] < 1 || $params['limit'] > self::MOST) {
            throw new \invalid_parameter_exception('limit must be 1 to ' . self::MOST);
        }

        $time = \core\di::get(\core\clock::class)->time();
        // One more than asked tells whether there is a next page.
        $enrolments = \core\di::get(changed_enrolments::class)->page(
            $params['since'],
            $params['after'],
            $params['limit'] + 1,
            $params['courseid'],
            $params['userid'],
        );
        $more = count($enrolments) > $params['limit'];
        $enrolments = array_slice($enrolments, 0, $params['limit']);
        $last = end($enrolments);
        return [
            'enrolments' => $enrolments,
            'more' => $more,
            'nextsince' => $last ? $last['changed'] : $params['since'],
            'nextafter' => $last ? $last['id'] : $params['after'],
            'time' => $time,
        ];
    }

    /**
     * What is given.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'enrolments' => new external_multiple_structure(new external_single_structure([
                'id' => new external_value(PARAM_INT, 'Id of the enrolment'),
                'userid' => new external_value(PARAM_INT, 'Whose it is'),
                'courseid' => new external_value(PARAM_INT, 'In which course'),
                'enrolid' => new external_value(PARAM_INT, 'Id of the enrolment instance'),
                'method' => new external_value(PARAM_PLUGIN, 'Enrolment method, such as manual, self or cohort'),
                'status' => new external_value(PARAM_ALPHA, 'active, suspended or removed, whatever the dates'),
                'instanceenabled' => new external_value(PARAM_BOOL, 'Whether the instance is enabled; false when removed'),
                'timestart' => new external_value(PARAM_INT, 'From when it holds; 0: at once'),
                'timeend' => new external_value(PARAM_INT, 'Until when it holds; 0: without end'),
                'timecreated' => new external_value(PARAM_INT, 'When it was made'),
                'timemodified' => new external_value(PARAM_INT, 'When it was last changed'),
                'timecompleted' => new external_value(PARAM_INT, 'When the user completed the course; 0: not'),
                'heldat' => new external_value(PARAM_INT, 'When this plugin suspended it; 0: it did not, or it is active again'),
                'changed' => new external_value(PARAM_INT, 'The latest of modified, completed and removed'),
            ])),
            'more' => new external_value(PARAM_BOOL, 'Whether there is a next page'),
            'nextsince' => new external_value(PARAM_INT, 'The since of the next page'),
            'nextafter' => new external_value(PARAM_INT, 'The after of the next page'),
            'time' => new external_value(PARAM_INT, 'What time it was here before the page was read'),
        ]);
    }
}
