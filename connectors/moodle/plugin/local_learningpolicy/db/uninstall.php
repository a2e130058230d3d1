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
 * What is said when the plugin is removed.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Says what is lost. Moodle itself removes the tables, settings, capabilities and tasks.
 *
 * Enrolments that were put on hold stay suspended: the adapter, or an administrator, decides about them.
 *
 * @return bool
 */
function xmldb_local_learningpolicy_uninstall(): bool {
    $waiting = \core\di::get(\local_learningpolicy\queue::class)->count_waiting();
    $text = get_string('uninstalled', 'local_learningpolicy', $waiting);
    if (CLI_SCRIPT) {
        mtrace($text);
    } else {
        \core\notification::warning($text);
    }
    return true;
}
