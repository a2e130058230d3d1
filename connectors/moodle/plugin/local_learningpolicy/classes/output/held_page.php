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

namespace local_learningpolicy\output;

use local_learningpolicy\configuration;
use local_learningpolicy\hold_reason;

/**
 * What somebody reads whose enrolment is on hold: that it is, why, and what to do.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class held_page {
    /**
     * Constructor.
     *
     * @param \stdClass $course
     * @param hold_reason $reason
     * @param configuration $configuration
     */
    public function __construct(
        /** @var \stdClass The course. */
        private readonly \stdClass $course,
        /** @var hold_reason Why. */
        private readonly hold_reason $reason,
        /** @var configuration The settings. */
        private readonly configuration $configuration,
    ) {
    }

    /**
     * The values of the template.
     *
     * @return array
     */
    public function export(): array {
        $context = \core\context\course::instance($this->course->id);
        $course = format_string($this->course->fullname, true, ['context' => $context]);
        $help = $this->configuration->help_url();
        return [
            'intro' => get_string('heldintro', 'local_learningpolicy', $course),
            'reasons' => $this->reason->for_reader(),
            'link' => $help ?: (new \moodle_url('/my/courses.php'))->out(false),
            'linktext' => get_string($help ? 'heldhelp' : 'heldback', 'local_learningpolicy'),
        ];
    }
}
