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

namespace local_learningpolicy\check;

use core\check\check;
use core\check\result;
use local_learningpolicy\configuration;
use local_learningpolicy\employee_numbers;

/**
 * On the page "System status": whether the adapter can be asked at the moment of enrolment.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class enrolmentcheck extends check {
    /**
     * A link to the settings.
     *
     * @return \action_link
     */
    public function get_action_link(): \action_link {
        return new \action_link(
            new \moodle_url('/admin/settings.php', ['section' => 'local_learningpolicy']),
            get_string('settings', 'local_learningpolicy'),
        );
    }

    /**
     * How it is.
     *
     * @return result
     */
    public function get_result(): result {
        $configuration = \core\di::get(configuration::class);
        if (!$configuration->has_adapter()) {
            return new result(result::NA, get_string('checknoadapter', 'local_learningpolicy'));
        }
        if (!$configuration->is_check_enabled()) {
            return new result(result::INFO, get_string('checkenrolmentoff', 'local_learningpolicy'));
        }
        if (!$configuration->can_check()) {
            return new result(result::ERROR, get_string('checknokey', 'local_learningpolicy'));
        }
        if (!\core\di::get(employee_numbers::class)->field_exists()) {
            $field = $configuration->employee_field();
            return new result(result::ERROR, get_string('checknofield', 'local_learningpolicy', s($field)));
        }
        return $this->result_of_asking();
    }

    /**
     * Whether asking went well lately.
     *
     * @return result
     */
    private function result_of_asking(): result {
        $time = (int) get_config('local_learningpolicy', 'lastcheckfailuretime');
        if ($time < \core\di::get(\core\clock::class)->time() - DAYSECS) {
            return new result(result::OK, get_string('checkenrolmentok', 'local_learningpolicy'));
        }
        $why = get_config('local_learningpolicy', 'lastcheckfailure');
        return new result(
            result::WARNING,
            get_string('checkenrolmentfailed', 'local_learningpolicy', userdate($time)),
            s($why),
        );
    }
}
