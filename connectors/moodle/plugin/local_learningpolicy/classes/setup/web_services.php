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

namespace local_learningpolicy\setup;

/**
 * Web services, their protocol REST, and the way in which the account of the adapter logs in.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class web_services implements part {
    /**
     * What it is, for the administrator.
     *
     * @return string
     */
    #[\Override]
    public function name(): string {
        return get_string('setupwebservices', 'local_learningpolicy');
    }

    /**
     * Whether it is there.
     *
     * @return bool
     */
    #[\Override]
    public function is_there(): bool {
        global $CFG;
        return !empty($CFG->enablewebservices) && in_array('rest', self::protocols()) && is_enabled_auth('webservice');
    }

    /**
     * Makes what is missing of it.
     */
    #[\Override]
    public function make(): void {
        set_config('enablewebservices', 1);
        set_config('webserviceprotocols', implode(',', array_unique([...self::protocols(), 'rest'])));
        \core\plugininfo\auth::enable_plugin('webservice', 1);
    }

    /**
     * The protocols that are switched on.
     *
     * @return string[]
     */
    private static function protocols(): array {
        return array_filter(explode(',', (string) get_config('core', 'webserviceprotocols')));
    }
}
