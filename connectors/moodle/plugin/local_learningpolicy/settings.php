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
 * The settings of the plugin, and its page in the administration.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

if ($hassiteconfig) {
    $ADMIN->add('localplugins', new admin_category(
        'local_learningpolicy_category',
        new lang_string('pluginname', 'local_learningpolicy'),
    ));
    $settings = new admin_settingpage('local_learningpolicy', new lang_string('settings', 'local_learningpolicy'));
    $ADMIN->add('local_learningpolicy_category', $settings);
    $ADMIN->add('local_learningpolicy_category', new admin_externalpage(
        'local_learningpolicy_setup',
        new lang_string('setup', 'local_learningpolicy'),
        new moodle_url('/local/learningpolicy/setup.php'),
    ));
    $ADMIN->add('local_learningpolicy_category', new admin_externalpage(
        'local_learningpolicy_queue',
        new lang_string('queue', 'local_learningpolicy'),
        new moodle_url('/local/learningpolicy/queue.php'),
    ));

    if ($ADMIN->fulltree) {
        $settings->add(new admin_setting_configtext(
            'local_learningpolicy/adapterurl',
            new lang_string('adapterurl', 'local_learningpolicy'),
            new lang_string('adapterurl_desc', 'local_learningpolicy'),
            '',
            PARAM_URL,
            60,
        ));
        $settings->add(new \local_learningpolicy\admin\setting_webhook_secret(
            'local_learningpolicy/webhooksecret',
            new lang_string('webhooksecret', 'local_learningpolicy'),
            new lang_string('webhooksecret_desc', 'local_learningpolicy'),
            '',
        ));
        $settings->add(new admin_setting_configpasswordunmask(
            'local_learningpolicy/apikey',
            new lang_string('apikey', 'local_learningpolicy'),
            new lang_string('apikey_desc', 'local_learningpolicy'),
            '',
        ));
        $settings->add(new admin_setting_configtext(
            'local_learningpolicy/employeefield',
            new lang_string('employeefield', 'local_learningpolicy'),
            new lang_string('employeefield_desc', 'local_learningpolicy'),
            'personeelsnummer',
            PARAM_ALPHANUMEXT,
        ));
        $settings->add(new admin_setting_configtext(
            'local_learningpolicy/helpurl',
            new lang_string('helpurl', 'local_learningpolicy'),
            new lang_string('helpurl_desc', 'local_learningpolicy'),
            '',
            PARAM_URL,
            60,
        ));
        $settings->add(new admin_setting_configcheckbox(
            'local_learningpolicy/deliveryenabled',
            new lang_string('deliveryenabled', 'local_learningpolicy'),
            new lang_string('deliveryenabled_desc', 'local_learningpolicy'),
            1,
        ));
        $settings->add(new admin_setting_configcheckbox(
            'local_learningpolicy/checkenabled',
            new lang_string('checkenabled', 'local_learningpolicy'),
            new lang_string('checkenabled_desc', 'local_learningpolicy'),
            1,
        ));
        $settings->add(new admin_setting_configselect(
            'local_learningpolicy/checktimeout',
            new lang_string('checktimeout', 'local_learningpolicy'),
            new lang_string('checktimeout_desc', 'local_learningpolicy'),
            2,
            [1 => 1, 2 => 2, 3 => 3, 4 => 4, 5 => 5],
        ));
    }

    // The category above holds the pages: Moodle need not add one.
    $settings = null;
}
