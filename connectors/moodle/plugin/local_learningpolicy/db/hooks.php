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
 * The moments at which an enrolment becomes active, where the adapter is asked, and the page of who is on hold.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$callbacks = [
    [
        'hook' => \core_enrol\hook\after_user_enrolled::class,
        'callback' => [\local_learningpolicy\hook_callbacks::class, 'after_user_enrolled'],
    ],
    [
        'hook' => \core_enrol\hook\before_user_enrolment_updated::class,
        'callback' => [\local_learningpolicy\hook_callbacks::class, 'before_user_enrolment_updated'],
    ],
    [
        // Who is on hold gets a page of ours in the place of "Enrolment options".
        'hook' => \core\hook\output\before_http_headers::class,
        'callback' => [\local_learningpolicy\hook_callbacks::class, 'before_http_headers'],
    ],
];
