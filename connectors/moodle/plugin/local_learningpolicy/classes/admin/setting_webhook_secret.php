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

namespace local_learningpolicy\admin;

use local_learningpolicy\signature;

/**
 * The setting of the secret: only one that can sign is taken.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class setting_webhook_secret extends \admin_setting_configpasswordunmask {
    /**
     * Says what is wrong with a secret.
     *
     * @param string $data
     * @return bool|string true, or what is wrong
     */
    public function validate($data) {
        if ($data === '' || signature::is_secret(trim($data))) {
            return true;
        }
        return get_string('invalidsecret', 'local_learningpolicy');
    }
}
