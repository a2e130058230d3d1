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
 * The events that the adapter is told about.
 *
 * The observers are internal: they run at once, within Moodle's own transaction. What is rolled back was never queued.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$observers = array_map(
    fn(string $eventname): array => [
        'eventname' => $eventname,
        'callback' => '\local_learningpolicy\observer::event',
        'internal' => true,
    ],
    [
        '\core\event\user_enrolment_created',
        '\core\event\user_enrolment_updated',
        '\core\event\user_enrolment_deleted',
        '\core\event\course_completed',
        '\core\event\user_created',
        '\core\event\user_updated',
        '\core\event\user_deleted',
        '\core\event\course_created',
        '\core\event\course_updated',
        '\core\event\course_deleted',
        '\mod_data\event\record_created',
        '\mod_data\event\record_updated',
        '\mod_data\event\record_deleted',
    ],
);
