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
 * Web service functions for the adapter. They belong in the custom service that the adapter's token is for.
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
