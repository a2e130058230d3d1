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

/**
 * Tells whoever enrols somebody on the page why the enrolment was held.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class hold_notice {
    /** @var int How many holds are told one by one in one request. */
    private const MOST = 5;

    /** @var int How many holds this request has had. */
    private int $count = 0;

    /**
     * Shows the reasons, where somebody is looking at a page.
     *
     * @param int $courseid
     * @param int $userid who was enrolled
     * @param hold_reason $reason
     */
    public function show(int $courseid, int $userid, hold_reason $reason): void {
        global $USER;
        if (CLI_SCRIPT && !PHPUNIT_TEST || WS_SERVER || $userid == $USER->id) {
            // Who enrolled himself reads it on a page of his own: see held.php.
            return;
        }
        $this->count++;
        if ($this->count <= self::MOST) {
            \core\notification::warning($this->text($courseid, $userid, $reason));
        } else if ($this->count === self::MOST + 1) {
            \core\notification::warning(get_string('heldmore', 'local_learningpolicy'));
        }
    }

    /**
     * Takes back that somebody is enrolled, which Moodle says to whoever enrols himself; other notifications stay.
     */
    public static function leave_out_what_moodle_says(): void {
        $enrolled = get_string('youenrolledincourse', 'enrol');
        foreach (\core\notification::fetch() as $notification) {
            if ($notification->get_message() !== $enrolled) {
                \core\notification::add($notification->get_message(), $notification->get_message_type());
            }
        }
    }

    /**
     * The text, as HTML.
     *
     * @param int $courseid
     * @param int $userid
     * @param hold_reason $reason
     * @return string
     */
    private function text(int $courseid, int $userid, hold_reason $reason): string {
        $course = get_course($courseid);
        $about = [
            'course' => format_string($course->fullname, true, ['context' => \core\context\course::instance($courseid)]),
            'user' => s(fullname(\core_user::get_user($userid))),
        ];
        $intro = get_string('heldother', 'local_learningpolicy', $about);
        return implode(' ', [$intro, ...array_map('s', $reason->messages)]);
    }
}
