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
 * Changes to the database of an installed version.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Brings the database of an older version up to this one.
 *
 * Version 2026112500 (release 1.0.0) is the first: there is nothing older to change. Each later change of
 * db/install.xml gets its step here, ending with upgrade_plugin_savepoint().
 *
 * @param int $oldversion the version that is installed
 * @return bool
 */
function xmldb_local_learningpolicy_upgrade($oldversion): bool {
    return true;
}
