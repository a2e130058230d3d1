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

use core\context\system;

/**
 * The account of the adapter: its role, and the service that it may use.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class service_account implements part {
    /** @var string Its username. */
    public const USERNAME = 'learningpolicyadapter';

    /** @var string Short name of the service, in db/services.php. */
    private const SERVICE = 'local_learningpolicy';

    /**
     * What it is, for the administrator.
     *
     * @return string
     */
    #[\Override]
    public function name(): string {
        return get_string('setupaccount', 'local_learningpolicy', self::USERNAME);
    }

    /**
     * Whether it is there.
     *
     * @return bool
     */
    #[\Override]
    public function is_there(): bool {
        global $DB;
        $account = self::id();
        $role = service_role::id();
        return $account !== null && $role !== null
            && user_has_role_assignment($account, $role, system::instance()->id)
            && $DB->record_exists('external_services_users', [
                'externalserviceid' => self::service()->id,
                'userid' => $account,
            ]);
    }

    /**
     * Makes what is missing of it.
     */
    #[\Override]
    public function make(): void {
        global $CFG;
        require_once($CFG->dirroot . '/webservice/lib.php');

        $account = self::id() ?? self::create();
        role_assign(service_role::id(), $account, system::instance()->id);
        $services = new \webservice();
        if (!$services->get_ws_authorised_user(self::service()->id, $account)) {
            $services->add_ws_authorised_user((object) ['externalserviceid' => self::service()->id, 'userid' => $account]);
        }
    }

    /**
     * The account's id, null as long as there is none.
     *
     * @return int|null
     */
    public static function id(): ?int {
        global $CFG, $DB;
        $own = ['username' => self::USERNAME, 'mnethostid' => $CFG->mnet_localhost_id, 'deleted' => 0];
        $id = $DB->get_field('user', 'id', $own);
        return $id === false ? null : (int) $id;
    }

    /**
     * The service of the plugin.
     *
     * @return \stdClass
     */
    public static function service(): \stdClass {
        global $DB;
        return $DB->get_record('external_services', ['shortname' => self::SERVICE], '*', MUST_EXIST);
    }

    /**
     * Makes the account. Nobody can log in with it on a page, and only contacts, of which it has none, can write to it: a reply
     * would be read by nobody.
     *
     * @return int
     */
    private static function create(): int {
        global $CFG;
        require_once($CFG->dirroot . '/user/lib.php');

        $account = user_create_user((object) [
            'username' => self::USERNAME,
            'auth' => 'webservice',
            'firstname' => get_string('setupfirstname', 'local_learningpolicy'),
            'lastname' => get_string('setuplastname', 'local_learningpolicy'),
            // Of a domain that never exists: mail to it goes nowhere.
            'email' => self::USERNAME . '@noreply.invalid',
            'emailstop' => 1,
            'maildisplay' => \core_user::MAILDISPLAY_HIDE,
            'lang' => 'en',
            'confirmed' => 1,
            'mnethostid' => $CFG->mnet_localhost_id,
        ], false);
        set_user_preference('message_blocknoncontacts', \core_message\api::MESSAGE_PRIVACY_ONLYCONTACTS, $account);
        return $account;
    }
}
