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

use local_learningpolicy\tests\adapter_testcase;
use local_learningpolicy\tests\loopback_adapter;

/**
 * The check at the moment of enrolment, and the hold.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\gate
 * @covers     \local_learningpolicy\holds
 * @covers     \local_learningpolicy\hold_reason
 * @covers     \local_learningpolicy\hold_notice
 * @covers     \local_learningpolicy\hook_callbacks
 * @covers     \local_learningpolicy\enrolment_check
 * @covers     \local_learningpolicy\employee_numbers
 * @covers     \local_learningpolicy\breaker
 */
final class gate_test extends adapter_testcase {
    /**
     * What the adapter is asked.
     */
    public function test_the_question(): void {
        $this->enrol_by_hand();

        [$request] = self::$adapter->requests('/v1/enrolment-checks');
        $day = (new \DateTime('now', new \DateTimeZone('Europe/Amsterdam')))->format('Y-m-d');
        $this->assertSame(
            ['employeeId' => '10005', 'courseId' => 'OPL-003', 'enrolledDate' => $day],
            json_decode($request['body'], true),
        );
        $this->assertSame('Bearer the-key', $request['headers']['authorization']);
        $this->assertSame('en', $request['headers']['accept-language']);
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('manual')->status);
    }

    /**
     * A hold of an enrolment by hand: suspended, dates kept, told in both events and as data, and shown.
     */
    public function test_a_manual_enrolment_is_held(): void {
        self::$adapter->hold('No grant & <b>no</b> agreement.');
        $this->setAdminUser();
        $this->getDataGenerator()->enrol_user($this->employee->id, $this->course->id, null, 'manual', 2000000000, 2100000000);

        $enrolment = $this->enrolment('manual');
        $this->assertEquals(ENROL_USER_SUSPENDED, $enrolment->status);
        $this->assertEquals([2000000000, 2100000000], [$enrolment->timestart, $enrolment->timeend]);
        $held = ['outcome' => 'hold', 'message' => 'No grant & <b>no</b> agreement.', 'decision' => null];
        $this->assert_both_events_tell($held);
        $this->assert_recorded_as_held((int) $enrolment->id);
        [$notification] = self::notification_texts();
        $this->assertStringContainsString('is on hold. No grant &amp; &lt;b&gt;no&lt;/b&gt; agreement.', $notification);
        $this->assertStringContainsString(fullname($this->employee), $notification);
        $this->assertStringNotContainsString('This is no reason.', $notification);
    }

    /**
     * A hold of somebody who enrols himself.
     */
    public function test_a_self_enrolment_is_held(): void {
        global $DB;

        self::$adapter->hold();
        $instance = $DB->get_record('enrol', ['courseid' => $this->course->id, 'enrol' => 'self'], '*', MUST_EXIST);
        enrol_get_plugin('self')->update_status($instance, ENROL_INSTANCE_ENABLED);
        $this->setUser($this->employee);
        enrol_get_plugin('self')->enrol_self($instance);

        $this->assertEquals(ENROL_USER_SUSPENDED, $this->enrolment('self')->status);
        $this->assert_recorded_as_held((int) $this->enrolment('self')->id);
        $this->assertFalse(is_enrolled(\core\context\course::instance($this->course->id), null, '', true));
        // What he reads stands on a page of our own, which leaves out Moodle's word that he is enrolled.
        $reason = \core\di::get(held_enrolment::class)->reason((int) $this->course->id, (int) $this->employee->id);
        $this->assertNotNull($reason);
        hold_notice::leave_out_what_moodle_says();
        $this->assertSame([], self::notification_texts());
    }

    /**
     * A hold of somebody who is enrolled by a cohort: there Moodle dispatches its own events only after the hold.
     */
    public function test_a_cohort_enrolment_is_held(): void {
        self::$adapter->hold();
        $this->enrol_by_cohort();

        $this->assertEquals(ENROL_USER_SUSPENDED, $this->enrolment('cohort')->status);
        $this->assert_recorded_as_held((int) $this->enrolment('cohort')->id);
        $this->assert_both_events_tell(['outcome' => 'hold', 'message' => 'There is no grant.', 'decision' => null]);
    }

    /**
     * Moodle's own synchronisation makes every suspended enrolment of a cohort active again: a hold outlives it.
     */
    public function test_a_hold_outlives_the_cohort_sync(): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/enrol/cohort/locallib.php');

        self::$adapter->hold();
        $this->enrol_by_cohort();
        $DB->delete_records(queue::TABLE);
        enrol_cohort_sync(new \null_progress_trace());

        $this->assertEquals(ENROL_USER_SUSPENDED, $this->enrolment('cohort')->status);
        $this->assertSame('hold', json_decode($this->queued('user_enrolment_updated')[0]->body)->data->held->outcome);
        $this->assert_recorded_as_held((int) $this->enrolment('cohort')->id);

        self::$adapter->reset();
        enrol_cohort_sync(new \null_progress_trace());
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('cohort')->status);
        $this->assertFalse($DB->record_exists(holds::TABLE, []));
    }

    /**
     * A hold that somebody lifts by hand is kept while the policy still says so.
     */
    public function test_a_hold_lifted_by_hand_is_kept(): void {
        global $DB;

        self::$adapter->hold();
        $this->enrol_by_hand();
        $instance = $DB->get_record('enrol', ['id' => $this->enrolment('manual')->enrolid]);
        enrol_get_plugin('manual')->update_user_enrol($instance, $this->employee->id, ENROL_USER_ACTIVE);
        $this->assertEquals(ENROL_USER_SUSPENDED, $this->enrolment('manual')->status);
    }

    /**
     * The day of a re-activation is that of the enrolment: by it the regime is known.
     */
    public function test_a_reactivation_is_checked_as_of_the_day_of_enrolling(): void {
        global $DB;

        $this->getDataGenerator()->enrol_user($this->employee->id, $this->course->id, null, 'manual', 0, 0, ENROL_USER_SUSPENDED);
        $this->assertSame([], self::$adapter->requests('/v1/enrolment-checks'));
        // A quarter past midnight on 1 January 2027 in Amsterdam is still 2026 in Greenwich.
        $DB->set_field('user_enrolments', 'timecreated', strtotime('2026-12-31T23:15:00Z'));
        $instance = $DB->get_record('enrol', ['id' => $this->enrolment('manual')->enrolid]);
        enrol_get_plugin('manual')->update_user_enrol($instance, $this->employee->id, ENROL_USER_ACTIVE);

        [$request] = self::$adapter->requests('/v1/enrolment-checks');
        $this->assertSame('2027-01-01', json_decode($request['body'])->enrolledDate);
    }

    /**
     * Only a hold holds.
     */
    public function test_advice_does_not_hold(): void {
        $finding = ['code' => 'grant_missing', 'severity' => 'advise', 'message' => 'There is no grant.'];
        self::$adapter->answer('/v1/enrolment-checks', 200, json_encode(['outcome' => 'advise', 'findings' => [$finding]]));
        $this->enrol_by_hand();
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('manual')->status);
        $this->assertSame([], self::notification_texts());
    }

    /**
     * Without an answer in time nothing is held, the event is in the queue, and the next enrolment does not wait.
     */
    public function test_it_fails_open_and_asks_no_more_for_a_minute(): void {
        $clock = $this->mock_clock_with_frozen();
        $url = get_config('local_learningpolicy', 'adapterurl');
        self::$adapter->hold();
        // This one takes the connection, and never answers.
        $silent = stream_socket_server('tcp://127.0.0.1:0');
        set_config('adapterurl', 'http://' . stream_socket_get_name($silent, false), 'local_learningpolicy');
        set_config('checktimeout', 1, 'local_learningpolicy');

        $this->enrol_by_hand();

        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('manual')->status);
        $this->assertArrayNotHasKey('held', json_decode($this->queued('user_enrolment_created')[0]->body, true)['data']);
        $this->assertStringContainsString('timed out', get_config('local_learningpolicy', 'lastcheckfailure'));

        set_config('adapterurl', $url, 'local_learningpolicy');
        $this->enrol_somebody_else();
        $this->assertSame([], self::$adapter->requests('/v1/enrolment-checks'));
        $clock->bump(60);
        $this->enrol_somebody_else();
        $this->assertCount(1, self::$adapter->requests('/v1/enrolment-checks'));
    }

    /**
     * Answers after which nothing is held.
     *
     * @dataProvider useless_answer_provider
     * @param int $status
     * @param string $body
     * @param bool $again whether the next enrolment is still asked about
     */
    public function test_a_useless_answer_holds_nothing(int $status, string $body, bool $again): void {
        self::$adapter->answer('/v1/enrolment-checks', $status, $body);
        $this->enrol_by_hand();
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('manual')->status);
        $this->enrol_somebody_else();
        $this->assertCount($again ? 2 : 1, self::$adapter->requests('/v1/enrolment-checks'));
    }

    /**
     * Answers after which nothing is held.
     *
     * @return array[]
     */
    public static function useless_answer_provider(): array {
        return [
            'a broken adapter' => [500, '{"outcome": "hold"}', false],
            'a wrong key' => [401, '{"title": "Unauthorized"}', false],
            'another site' => [200, '<html>Hello</html>', false],
            'a wrong address' => [404, '<html>Not found</html>', false],
            'an employee whom the adapter does not know' => [404, '{"title": "Not found"}', true],
            'a hold that is none' => [200, '{"outcome": ["hold"]}', true],
        ];
    }

    /**
     * Who or what the policy does not know is not asked about.
     */
    public function test_nothing_is_asked_without_number(): void {
        global $DB;

        $DB->set_field('user', 'idnumber', '', ['id' => $this->employee->id]);
        $this->enrol_by_hand();
        $course = $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->enrol_user($this->getDataGenerator()->create_user(['idnumber' => '10006'])->id, $course->id);
        $this->assertSame([], self::$adapter->requests('/v1/enrolment-checks'));
    }

    /**
     * The employee number can be in a custom profile field.
     */
    public function test_the_number_from_a_profile_field(): void {
        $this->getDataGenerator()->create_custom_profile_field(['datatype' => 'text', 'shortname' => 'number', 'name' => 'Number']);
        set_config('employeefield', 'number', 'local_learningpolicy');
        $this->employee = $this->getDataGenerator()->create_user(['profile_field_number' => ' 10007 ']);
        $this->enrol_by_hand();
        [$request] = self::$adapter->requests('/v1/enrolment-checks');
        $this->assertSame('10007', json_decode($request['body'])->employeeId);
    }

    /**
     * Switched off, it does not ask.
     */
    public function test_the_check_can_be_off(): void {
        set_config('checkenabled', 0, 'local_learningpolicy');
        $this->enrol_by_hand();
        $this->assertSame([], self::$adapter->requests('/v1/enrolment-checks'));
    }

    /**
     * Enrolling again somebody who is enrolled is no new enrolment: it may have been released since.
     */
    public function test_a_repeat_is_not_asked_about(): void {
        global $DB;

        $this->enrol_by_hand();
        $DB->set_field('user_enrolments', 'timecreated', time() - HOURSECS);
        self::$adapter->hold();
        $this->enrol_by_hand();
        $this->assertCount(1, self::$adapter->requests('/v1/enrolment-checks'));
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('manual')->status);
    }

    /**
     * A new enrolment's event waits for the check, so that the hold travels with it; after the hold it can go.
     */
    public function test_the_event_waits_for_the_check(): void {
        $clock = $this->mock_clock_with_frozen();
        $this->enrol_by_hand();
        $this->assertEquals($clock->time() + 5, $this->queued('user_enrolment_created')[0]->timenext);
        self::$adapter->hold();
        $this->enrol_somebody_else();
        $this->assertEquals($clock->time(), $this->queued('user_enrolment_created')[1]->timenext);
    }

    /**
     * Many enrolments at once spend ten seconds on asking at most, and show a handful of reasons.
     */
    public function test_many_at_once(): void {
        $this->setAdminUser();
        self::$adapter->hold();
        for ($user = 0; $user < 8; $user++) {
            $this->enrol_somebody_else();
        }
        $this->assertCount(6, self::notification_texts());

        \core\di::get(breaker::class)->spend(10.0);
        $this->enrol_by_hand();
        $this->assertCount(8, self::$adapter->requests('/v1/enrolment-checks'));
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('manual')->status);
    }

    /**
     * Nobody there at all: a closed port.
     */
    public function test_a_closed_port_holds_nothing(): void {
        set_config('adapterurl', 'http://127.0.0.1:' . loopback_adapter::free_port(), 'local_learningpolicy');
        $this->enrol_by_hand();
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('manual')->status);
        $this->assertCount(1, $this->queued('user_enrolment_created'));
    }

    /**
     * Enrols another employee by hand.
     */
    private function enrol_somebody_else(): void {
        static $number = 20000;
        $user = $this->getDataGenerator()->create_user(['idnumber' => (string) ++$number]);
        $this->getDataGenerator()->enrol_user($user->id, $this->course->id, null, 'manual');
    }

    /**
     * Both the event of the enrolment and that of the suspension tell of the hold, each once.
     *
     * @param array $held
     */
    private function assert_both_events_tell(array $held): void {
        [$created] = $this->queued('user_enrolment_created');
        [$updated] = $this->queued('user_enrolment_updated');
        $this->assertSame($held, json_decode($created->body, true)['data']['held']);
        $this->assertSame($held, json_decode($updated->body, true)['data']['held']);
    }

    /**
     * The hold is there as data.
     *
     * @param int $userenrolmentid
     */
    private function assert_recorded_as_held(int $userenrolmentid): void {
        global $DB;
        $held = $DB->get_record(holds::TABLE, ['userenrolmentid' => $userenrolmentid], '*', MUST_EXIST);
        $this->assertEquals([$this->employee->id, $this->course->id], [$held->userid, $held->courseid]);
        $this->assertEqualsWithDelta(time(), $held->timeheld, 10);
    }

    /**
     * What was shown on the page, in HTML.
     *
     * @return string[]
     */
    private static function notification_texts(): array {
        return array_map(fn($notification): string => $notification->get_message(), \core\notification::fetch());
    }
}
