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

use local_learningpolicy\output\setup_page;
use local_learningpolicy\setup\connection;
use local_learningpolicy\setup\service_account;

/**
 * What the adapter needs on a site is made at once.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\setup\connection
 * @covers     \local_learningpolicy\setup\web_services
 * @covers     \local_learningpolicy\setup\service_role
 * @covers     \local_learningpolicy\setup\service_account
 * @covers     \local_learningpolicy\setup\employee_field
 * @covers     \local_learningpolicy\setup\course_fields
 * @covers     \local_learningpolicy\setup\participants_report
 * @covers     \local_learningpolicy\output\setup_page
 */
final class setup_test extends \advanced_testcase {
    /**
     * An administrator on a site where the plugin was just installed.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    /**
     * What is missing is made, and nothing is made twice.
     */
    public function test_what_is_missing_is_made_once(): void {
        global $DB;

        $connection = new connection();
        $this->assertCount(count($connection->parts()), $connection->missing());
        $connection->make();
        $this->assertSame([], $connection->missing());

        $tables = ['role', 'user', 'user_info_field', 'customfield_field', 'reportbuilder_report', 'reportbuilder_column'];
        $before = array_map(fn(string $table): int => $DB->count_records($table), $tables);
        $connection->make();
        $this->assertSame($before, array_map(fn(string $table): int => $DB->count_records($table), $tables));
    }

    /**
     * The token is that of the account and the plugin's own service, without an end.
     */
    public function test_the_token_is_of_the_account_and_does_not_end(): void {
        global $DB;

        $connection = new connection();
        $connection->make();
        $token = $DB->get_record('external_tokens', ['token' => $connection->new_token()], '*', MUST_EXIST);
        $this->assertEquals(service_account::id(), $token->userid);
        $this->assertEquals(service_account::service()->id, $token->externalserviceid);
        $this->assertEquals(0, $token->validuntil);
    }

    /**
     * The page names the settings once all is there, and a token only when one was made just now.
     */
    public function test_the_page_shows_the_settings_and_a_token_just_made(): void {
        global $OUTPUT;

        $connection = new connection();
        $url = new \moodle_url('/local/learningpolicy/setup.php');
        $page = fn(string $token): string => $OUTPUT->render_from_template(
            'local_learningpolicy/setup',
            (new setup_page($connection, $url, $token))->export(),
        );
        $missing = get_string('setupmake', 'local_learningpolicy');
        $this->assertStringContainsString($missing, $page(''));
        $this->assertStringNotContainsString('ODWH_MOODLE_URL', $page(''));

        $connection->make();
        $this->assertStringContainsString('ODWH_MOODLE_ENROLMENT_REPORT_ID=', $page(''));
        $this->assertStringNotContainsString($missing, $page(''));
        $this->assertStringNotContainsString(get_string('setuptoken', 'local_learningpolicy'), $page(''));
        $this->assertStringContainsString('<pre>0123456789abcdef</pre>', $page('0123456789abcdef'));
    }
}
