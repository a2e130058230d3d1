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

use core\event\base;
use core\event\user_enrolment_deleted;
use core\event\user_enrolment_updated;

/**
 * Takes in Moodle's events.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class observer {
    /**
     * Queues an event for the adapter, within Moodle's own transaction, and keeps our tables true to what happened.
     *
     * @param base $event
     */
    public static function event(base $event): void {
        guard::run("taking in {$event->eventname} {$event->objectid}", function () use ($event): void {
            $holds = \core\di::get(holds::class);
            if ($event instanceof user_enrolment_updated) {
                $holds->forget_if_active($event->objectid);
            } else if ($event instanceof user_enrolment_deleted) {
                $holds->forget($event->objectid);
                \core\di::get(removed_enrolments::class)->add($event);
            }
            if (\core\di::get(configuration::class)->has_adapter()) {
                \core\di::get(queue::class)->add($event, $holds->take_what_to_tell($event));
            }
        });
    }
}
