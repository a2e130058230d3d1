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

use core_enrol\hook\after_user_enrolled;
use core_enrol\hook\before_user_enrolment_updated;
use core\hook\output\before_http_headers;

/**
 * Takes in Moodle's hooks.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class hook_callbacks {
    /**
     * Somebody has just been enrolled.
     *
     * @param after_user_enrolled $hook
     */
    public static function after_user_enrolled(after_user_enrolled $hook): void {
        if (during_initial_install()) {
            return;
        }
        $enrolment = $hook->userenrolmentinstance;
        guard::run("checking enrolment {$enrolment->id}", function () use ($hook, $enrolment): void {
            \core\di::get(gate::class)->enrolled($hook->enrolinstance, $enrolment);
        });
    }

    /**
     * An enrolment is about to be changed.
     *
     * @param before_user_enrolment_updated $hook
     */
    public static function before_user_enrolment_updated(before_user_enrolment_updated $hook): void {
        $enrolment = $hook->userenrolmentinstance;
        if (!$hook->statusmodified || $enrolment->status != ENROL_USER_ACTIVE) {
            return;
        }
        guard::run("checking enrolment {$enrolment->id}", function () use ($hook, $enrolment): void {
            \core\di::get(gate::class)->activating($hook->enrolinstance, $enrolment);
        });
    }

    /**
     * A page is about to be shown.
     *
     * Whoever opens a course in which his enrolment is on hold comes to "Enrolment options", where Moodle says that he cannot enrol,
     * or offers it once more. He is sent to our page, without Moodle's word that he is enrolled.
     *
     * @param before_http_headers $hook
     */
    public static function before_http_headers(before_http_headers $hook): void {
        global $PAGE, $USER;
        if ($PAGE->pagetype !== 'enrol-index' || !isloggedin() || isguestuser()) {
            return;
        }
        $course = (int) $PAGE->course->id;
        $held = false;
        guard::run("looking for a hold in course {$course}", function () use ($course, $USER, &$held): void {
            $held = \core\di::get(held_enrolment::class)->reason($course, $USER->id) !== null;
        });
        if ($held) {
            hold_notice::leave_out_what_moodle_says();
            redirect(new \moodle_url('/local/learningpolicy/held.php', ['id' => $course]));
        }
    }
}
