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
 * Delivering events over HTTP.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\delivery
 * @covers     \local_learningpolicy\queue
 * @covers     \local_learningpolicy\adapter_client
 * @covers     \local_learningpolicy\answer
 */
final class delivery_test extends adapter_testcase {
    /** @var \frozen_clock The clock. */
    private \frozen_clock $clock;

    /**
     * Stops the clock, and leaves the check at enrolment out.
     */
    protected function setUp(): void {
        parent::setUp();
        set_config('checkenabled', 0, 'local_learningpolicy');
        $this->clock = $this->mock_clock_with_frozen();
    }

    /**
     * What arrives is what was queued, and the signature is right.
     */
    public function test_an_event_arrives_signed(): void {
        $this->enrol_by_hand();
        [$row] = $this->queued();

        $this->assertSame(['delivered' => 1, 'failed' => 0], $this->run_delivery());

        [$request] = self::$adapter->requests('/v1/lms-events');
        $this->assertSame($row->body, $request['body']);
        $this->assertSame('application/cloudevents+json', $request['headers']['content-type']);
        $this->assertSame($row->eventid, $request['headers']['webhook-id']);
        $this->assertSame((string) $this->clock->time(), $request['headers']['webhook-timestamp']);
        $this->assertSame(
            signature::sign(loopback_adapter::SECRET, $row->eventid, $this->clock->time(), $row->body),
            $request['headers']['webhook-signature'],
        );
        $this->assertArrayNotHasKey('authorization', $request['headers']);
        $this->assertEquals($this->clock->time(), $this->queued()[0]->timedelivered);
        $this->assertSame(['delivered' => 0, 'failed' => 0], $this->run_delivery());
    }

    /**
     * Only 200 says that the event is stored.
     */
    public function test_any_other_answer_is_a_failure(): void {
        $this->enrol_by_hand();
        self::$adapter->answer('/v1/lms-events', 202);
        $this->assertSame(['delivered' => 0, 'failed' => 1], $this->run_delivery());
        $this->assertSame('HTTP 202', $this->queued()[0]->lasterror);
    }

    /**
     * An event is tried by the schedule, with the same id and body and a new moment, until it arrives.
     */
    public function test_an_event_is_tried_until_it_arrives(): void {
        $this->enrol_by_hand();
        self::$adapter->answer('/v1/lms-events', 500, '{"title": "Broken", "detail": "Call someone."}');
        foreach ([60, 300, 900, 3600, 10800, 21600, 43200, 43200, 43200, 43200] as $delay) {
            $this->assertSame(['delivered' => 0, 'failed' => 1], $this->run_delivery());
            $this->clock->bump($delay - 1);
            $this->assertSame(['delivered' => 0, 'failed' => 0], $this->run_delivery());
            $this->clock->bump(1);
        }
        $this->assertSame('HTTP 500 Broken Call someone.', $this->queued()[0]->lasterror);
        $this->assertEquals(10, $this->queued()[0]->attempts);

        self::$adapter->answer('/v1/lms-events', 200);
        $this->assertSame(['delivered' => 1, 'failed' => 0], $this->run_delivery());

        $requests = self::$adapter->requests('/v1/lms-events');
        $this->assertCount(1, array_unique(array_column($requests, 'body')));
        $headers = array_column($requests, 'headers');
        $this->assertCount(1, array_unique(array_column($headers, 'webhook-id')));
        $this->assertCount(11, array_unique(array_column($headers, 'webhook-timestamp')));
        $this->assertCount(11, array_unique(array_column($headers, 'webhook-signature')));
    }

    /**
     * One event that is refused does not hold up those of others; a later event of the same object waits for it, but not for ever.
     */
    public function test_a_failing_event_blocks_its_own_object_only(): void {
        global $DB;

        $this->enrol_by_hand();
        $enrolment = $this->enrolment('manual');
        $instance = $DB->get_record('enrol', ['id' => $enrolment->enrolid]);
        enrol_get_plugin('manual')->update_user_enrol($instance, $this->employee->id, ENROL_USER_SUSPENDED);
        $this->getDataGenerator()->create_user();
        self::$adapter->refuse_events_with('user_enrolment_created', 500);

        $this->assertSame(['delivered' => 1, 'failed' => 1], $this->run_delivery());
        $this->assertSame('0', $this->queued('user_enrolment_updated')[0]->attempts);

        $DB->set_field(queue::TABLE, 'attempts', retry_schedule::ATTEMPTS_IN_ORDER, ['timedelivered' => 0, 'attempts' => 1]);
        $this->assertSame(['delivered' => 1, 'failed' => 0], $this->run_delivery());
        $this->assertEquals(0, $this->queued('user_enrolment_created')[0]->timedelivered);
    }

    /**
     * The events of one object arrive in their order, also within one run.
     */
    public function test_events_of_one_object_keep_their_order(): void {
        global $DB;

        $this->enrol_by_hand();
        $instance = $DB->get_record('enrol', ['id' => $this->enrolment('manual')->enrolid]);
        enrol_get_plugin('manual')->update_user_enrol($instance, $this->employee->id, ENROL_USER_SUSPENDED);
        enrol_get_plugin('manual')->unenrol_user($instance, $this->employee->id);

        $this->assertSame(['delivered' => 3, 'failed' => 0], $this->run_delivery());
        $bodies = array_column(self::$adapter->requests('/v1/lms-events'), 'body');
        $this->assertSame(
            ['nl.moodle.user_enrolment_created', 'nl.moodle.user_enrolment_updated', 'nl.moodle.user_enrolment_deleted'],
            array_map(fn(string $body): string => json_decode($body)->type, $bodies),
        );
    }

    /**
     * With the adapter away a run stops early, and as soon as one event arrives all others follow.
     */
    public function test_an_outage_costs_little_and_ends_at_once(): void {
        $url = get_config('local_learningpolicy', 'adapterurl');
        for ($user = 0; $user < 5; $user++) {
            $this->getDataGenerator()->create_user();
        }
        set_config('adapterurl', 'http://127.0.0.1:' . loopback_adapter::free_port(), 'local_learningpolicy');
        $this->assertSame(['delivered' => 0, 'failed' => 3], $this->run_delivery());
        $this->assertStringContainsString('127.0.0.1', $this->queued()[0]->lasterror);

        set_config('adapterurl', $url, 'local_learningpolicy');
        $this->assertSame(['delivered' => 5, 'failed' => 0], $this->run_delivery());
    }

    /**
     * An administrator need not wait for the schedule.
     */
    public function test_send_now(): void {
        $this->enrol_by_hand();
        self::$adapter->answer('/v1/lms-events', 500);
        $this->run_delivery();
        [$row] = $this->queued();
        $this->assertSame(500, \core\di::get(delivery::class)->send_now($row->id)->status);

        self::$adapter->answer('/v1/lms-events', 200);
        \core\di::get(queue::class)->make_all_due();
        $this->assertTrue(\core\di::get(delivery::class)->send_now($row->id)->is_ok());
        $this->assertNull(\core\di::get(delivery::class)->send_now($row->id));
    }

    /**
     * Two processes never deliver at once.
     */
    public function test_one_process_delivers_at_a_time(): void {
        global $CFG;

        // A lock of the database lets the same process in twice.
        $CFG->lock_factory = '\core\lock\file_lock_factory';
        $this->enrol_by_hand();
        $lock = \core\lock\lock_config::get_lock_factory('local_learningpolicy')->get_lock('delivery', 0);
        $this->assertNull(\core\di::get(delivery::class)->run());
        $lock->release();
        $this->assertSame(['delivered' => 1, 'failed' => 0], $this->run_delivery());
    }

    /**
     * A process that died in the middle of an attempt leaves the event planned again.
     */
    public function test_an_attempt_is_counted_before_it_is_made(): void {
        $this->enrol_by_hand();
        $queue = \core\di::get(queue::class);
        $queue->begin_attempt($queue->waiting((int) $this->queued()[0]->id));
        $this->assertEquals(1, $this->queued()[0]->attempts);
        $this->assertSame([], $queue->due(10));
        $this->clock->bump(60);
        $this->assertCount(1, $queue->due(10));
    }

    /**
     * Should an answer ever repeat a secret, it is not kept.
     */
    public function test_secrets_are_not_kept(): void {
        $this->enrol_by_hand();
        $body = json_encode(['title' => 'Wrong key the-key, secret ' . loopback_adapter::SECRET]);
        self::$adapter->answer('/v1/lms-events', 401, $body);
        $this->run_delivery();
        $this->assertSame('HTTP 401 Wrong key ***, secret ***', $this->queued()[0]->lasterror);
    }

    /**
     * Key and signature never go where an answer points.
     */
    public function test_a_redirect_is_not_followed(): void {
        $this->enrol_by_hand();
        self::$adapter->answer('/v1/lms-events', 307);
        $this->assertSame(['delivered' => 0, 'failed' => 1], $this->run_delivery());
        $this->assertCount(1, self::$adapter->requests('/v1/lms-events'));
    }

    /**
     * Runs the delivery once.
     *
     * @return int[]
     */
    private function run_delivery(): array {
        return \core\di::get(delivery::class)->run();
    }
}
