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
 * Under which number the adapter knows a user.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class employee_numbers {
    /** @var string The setting that names the field of Moodle itself. */
    private const OWN_FIELD = 'idnumber';

    /**
     * Constructor.
     *
     * @param \moodle_database $db
     * @param configuration $configuration
     */
    public function __construct(
        /** @var \moodle_database The database. */
        private readonly \moodle_database $db,
        /** @var configuration The settings. */
        private readonly configuration $configuration,
    ) {
    }

    /**
     * A user's employee number; empty when the user has none.
     *
     * @param int $userid
     * @return string
     */
    public function of(int $userid): string {
        $field = $this->configuration->employee_field();
        if ($field === self::OWN_FIELD) {
            return trim((string) $this->db->get_field('user', 'idnumber', ['id' => $userid]));
        }
        $sql = "SELECT d.data
                  FROM {user_info_data} d
                  JOIN {user_info_field} f ON f.id = d.fieldid
                 WHERE f.shortname = :shortname AND d.userid = :userid";
        return trim((string) $this->db->get_field_sql($sql, ['shortname' => $field, 'userid' => $userid], IGNORE_MULTIPLE));
    }

    /**
     * Whether the field that the setting names exists.
     *
     * @return bool
     */
    public function field_exists(): bool {
        $field = $this->configuration->employee_field();
        return $field === self::OWN_FIELD || $this->db->record_exists('user_info_field', ['shortname' => $field]);
    }
}
