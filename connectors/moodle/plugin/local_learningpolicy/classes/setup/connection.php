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

use local_learningpolicy\configuration;

/**
 * All that the adapter needs on this site, in the order in which it can be made.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class connection {
    /**
     * The parts.
     *
     * @return part[]
     */
    public function parts(): array {
        return [
            new web_services(),
            new service_role(),
            new service_account(),
            new employee_field(),
            new course_fields(),
            new participants_report(),
        ];
    }

    /**
     * The parts that are not there.
     *
     * @return part[]
     */
    public function missing(): array {
        return array_values(array_filter($this->parts(), fn(part $part) => !$part->is_there()));
    }

    /**
     * Makes what is missing.
     */
    public function make(): void {
        foreach ($this->missing() as $part) {
            $part->make();
        }
    }

    /**
     * What the adapter must be told, by the names of its settings.
     *
     * @return string[]
     */
    public function adapter_settings(): array {
        global $CFG;
        return [
            'ODWH_MOODLE_URL' => $CFG->wwwroot,
            'ODWH_MOODLE_EMPLOYEE_FIELD' => (new configuration())->employee_field(),
            'ODWH_MOODLE_ENROLMENT_REPORT_ID' => (string) participants_report::id(),
        ];
    }

    /**
     * A token for the account, without an end: Moodle deletes one that has ended at its first use.
     *
     * @return string
     */
    public function new_token(): string {
        return \core_external\util::generate_token(
            EXTERNAL_TOKEN_PERMANENT,
            service_account::service(),
            service_account::id(),
            \core\context\system::instance(),
        );
    }
}
