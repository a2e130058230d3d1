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

/**
 * Web service functions for the adapter, and the service with all that it calls. What it may do is told by its role.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$functions = [
    'local_learningpolicy_get_site_status' => [
        'classname' => \local_learningpolicy\external\get_site_status::class,
        'description' => 'How the plugin and its queue are, which versions run, and what time it is here.',
        'type' => 'read',
        'capabilities' => 'local/learningpolicy:viewenrolments',
    ],
    'local_learningpolicy_get_enrolments' => [
        'classname' => \local_learningpolicy\external\get_enrolments::class,
        'description' => 'Enrolments of all methods and statuses that changed since a moment, page by page.',
        'type' => 'read',
        'capabilities' => 'local/learningpolicy:viewenrolments',
    ],
    'local_learningpolicy_set_enrolment_status' => [
        'classname' => \local_learningpolicy\external\set_enrolment_status::class,
        'description' => 'Suspends or activates one enrolment of any method, by its id.',
        'type' => 'write',
        'capabilities' => 'local/learningpolicy:setenrolmentstatus',
    ],
];

$services = [
    'Learning policy adapter' => [
        'shortname' => 'local_learningpolicy',
        'enabled' => 1,
        'restrictedusers' => 1,
        'downloadfiles' => 0,
        'uploadfiles' => 0,
        'functions' => [
            'core_webservice_get_site_info',
            'core_user_get_users',
            'core_user_get_users_by_field',
            'core_user_create_users',
            'core_user_update_users',
            'core_course_get_courses_by_field',
            'core_enrol_get_course_enrolment_methods',
            'core_reportbuilder_retrieve_report',
            'core_reportbuilder_set_filters',
            'enrol_manual_enrol_users',
            'core_enrol_unenrol_user_enrolment',
            'core_cohort_get_cohorts',
            'core_cohort_create_cohorts',
            'core_cohort_get_cohort_members',
            'core_cohort_add_cohort_members',
            'core_cohort_delete_cohort_members',
            'core_message_send_instant_messages',
            'mod_data_get_databases_by_courses',
            'mod_data_get_fields',
            'mod_data_get_entries',
            'mod_data_get_entry',
            'mod_data_update_entry',
            'mod_data_approve_entry',
            'mod_data_get_data_access_information',
            'local_learningpolicy_get_site_status',
            'local_learningpolicy_get_enrolments',
            'local_learningpolicy_set_enrolment_status',
        ],
    ],
];
