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
use local_learningpolicy\employee_numbers;

/**
 * The profile field with the employee number, by the short name of the settings.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class employee_field implements part {
    /**
     * What it is, for the administrator.
     *
     * @return string
     */
    #[\Override]
    public function name(): string {
        return get_string('setupemployeefield', 'local_learningpolicy', (new configuration())->employee_field());
    }

    /**
     * Whether it is there.
     *
     * @return bool
     */
    #[\Override]
    public function is_there(): bool {
        return \core\di::get(employee_numbers::class)->field_exists();
    }

    /**
     * Makes what is missing of it.
     */
    #[\Override]
    public function make(): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/user/profile/lib.php');
        require_once($CFG->dirroot . '/user/profile/definelib.php');

        if ($this->is_there()) {
            return;
        }
        $category = $DB->get_field('user_info_category', 'MIN(id)', []);
        if (!$category) {
            $made = (object) ['name' => get_string('profiledefaultcategory', 'admin')];
            profile_save_category($made);
            $category = $made->id;
        }
        profile_save_field((object) [
            'id' => 0,
            'datatype' => 'text',
            'shortname' => (new configuration())->employee_field(),
            'name' => get_string('employeefield', 'local_learningpolicy'),
            'description' => ['text' => '', 'format' => FORMAT_HTML],
            'required' => 0,
            'locked' => 1,
            'forceunique' => 0,
            'signup' => 0,
            'visible' => PROFILE_VISIBLE_PRIVATE,
            'categoryid' => $category,
            'defaultdata' => '',
            'param1' => 30,
            'param2' => 100,
            'param3' => 0,
        ], []);
    }
}
