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

namespace local_learningpolicy\task;

use core\task\scheduled_task;
use local_learningpolicy\queue;
use local_learningpolicy\removed_enrolments;

/**
 * Each night: deletes what was delivered a week ago, and removed enrolments of long ago.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class clean_up extends scheduled_task {
    /**
     * The name that administrators see.
     *
     * @return string
     */
    public function get_name(): string {
        return get_string('taskcleanup', 'local_learningpolicy');
    }

    /**
     * Does it.
     */
    public function execute(): void {
        \core\di::get(queue::class)->delete_old();
        \core\di::get(removed_enrolments::class)->delete_old();
    }
}
