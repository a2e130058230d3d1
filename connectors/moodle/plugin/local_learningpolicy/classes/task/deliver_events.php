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
use local_learningpolicy\configuration;
use local_learningpolicy\delivery;
use local_learningpolicy\undelivered_notice;

/**
 * Each minute: delivers the events that wait, and warns the administrators when that does not succeed.
 *
 * An adapter that is away is no failure of the task: Moodle would run it ever more rarely then.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class deliver_events extends scheduled_task {
    /**
     * The name that administrators see.
     *
     * @return string
     */
    public function get_name(): string {
        return get_string('taskdeliver', 'local_learningpolicy');
    }

    /**
     * Does it.
     */
    public function execute(): void {
        $configuration = \core\di::get(configuration::class);
        if (!$configuration->is_configured()) {
            mtrace('There is no address or no secret yet: see the settings.');
        } else if (!$configuration->is_delivery_enabled()) {
            mtrace('Delivery is switched off: the events wait.');
        } else {
            $count = \core\di::get(delivery::class)->run();
            mtrace($count === null
                ? 'Another process delivers at the moment.'
                : "Delivered: {$count['delivered']}. Failed, and tried again later: {$count['failed']}.");
        }
        \core\di::get(undelivered_notice::class)->send_if_needed();
    }
}
