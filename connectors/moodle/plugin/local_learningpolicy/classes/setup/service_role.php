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
 * The role of the account: what is in role.xml, which an administrator can also choose as a preset.
 *
 * A right that is missing is given again; what an administrator added stays.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class service_role implements part {
    /**
     * What it is, for the administrator.
     *
     * @return string
     */
    #[\Override]
    public function name(): string {
        return get_string('setuprole', 'local_learningpolicy');
    }

    /**
     * Whether it is there.
     *
     * @return bool
     */
    #[\Override]
    public function is_there(): bool {
        global $DB;
        $role = self::id();
        if ($role === null) {
            return false;
        }
        $given = $DB->get_records_menu('role_capabilities', [
            'roleid' => $role,
            'contextid' => \core\context\system::instance()->id,
            'permission' => CAP_ALLOW,
        ], '', 'capability, permission');
        $assigned = $DB->get_fieldset_select('role_allow_assign', 'allowassign', 'roleid = ?', [$role]);
        $preset = self::preset();
        return !array_diff_key($preset['permissions'], $given) && !array_diff($preset['allowassign'], $assigned);
    }

    /**
     * Makes what is missing of it.
     */
    #[\Override]
    public function make(): void {
        global $DB;
        $preset = self::preset();
        $role = self::id() ?? create_role($preset['name'], $preset['shortname'], $preset['description']);
        set_role_contextlevels($role, $preset['contextlevels']);
        foreach ($preset['permissions'] as $capability => $permission) {
            assign_capability($capability, $permission, $role, \core\context\system::instance()->id, true);
        }
        foreach ($preset['allowassign'] as $other) {
            if (!$DB->record_exists('role_allow_assign', ['roleid' => $role, 'allowassign' => $other])) {
                core_role_set_assign_allowed($role, $other);
            }
        }
    }

    /**
     * The role's id, null as long as there is none.
     *
     * @return int|null
     */
    public static function id(): ?int {
        global $DB;
        $id = $DB->get_field('role', 'id', ['shortname' => self::preset()['shortname']]);
        return $id === false ? null : (int) $id;
    }

    /**
     * The preset, as Moodle reads it.
     *
     * @return array
     */
    private static function preset(): array {
        return \core_role_preset::parse_preset(file_get_contents(__DIR__ . '/../../role.xml'));
    }
}
