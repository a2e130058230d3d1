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
 * What the plugin tells Moodle about itself.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\admin\setting_webhook_secret
 * @covers     ::xmldb_local_learningpolicy_uninstall
 */
final class install_test extends \advanced_testcase {
    /**
     * Every text is there in Dutch and in English, with the same placeholders.
     */
    public function test_texts_in_two_languages(): void {
        $texts = [];
        foreach (['en', 'nl'] as $language) {
            $string = [];
            require(__DIR__ . "/../lang/{$language}/local_learningpolicy.php");
            foreach ($string as $name => $text) {
                preg_match_all('/\{\$a(->\w+)?\}/', $text, $found);
                sort($found[0]);
                $texts[$language][$name] = array_unique($found[0]);
            }
        }
        $this->assertSame($texts['en'], $texts['nl']);
    }

    /**
     * A secret that cannot sign is not taken.
     */
    public function test_only_a_secret_that_can_sign_is_taken(): void {
        global $CFG;
        require_once($CFG->libdir . '/adminlib.php');

        $this->resetAfterTest();
        $setting = new admin\setting_webhook_secret('local_learningpolicy/webhooksecret', '', '', '');
        $this->assertSame('', $setting->write_setting('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'));
        $this->assertStringContainsString('no signing secret', $setting->write_setting('secret'));
        $this->assertSame('', $setting->write_setting(''));
    }

    /**
     * Removing the plugin says how many events go with it.
     */
    public function test_uninstalling_says_what_is_lost(): void {
        require_once(__DIR__ . '/../db/uninstall.php');
        $this->expectOutputRegex('/events that were not delivered: 0/');
        $this->assertTrue(xmldb_local_learningpolicy_uninstall());
    }
}
