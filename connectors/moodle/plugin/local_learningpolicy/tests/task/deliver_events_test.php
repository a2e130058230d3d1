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

namespace local_learningpolicy\task;

use local_learningpolicy\tests\adapter_testcase;

/**
 * The task of each minute.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\task\deliver_events
 * @covers     \local_learningpolicy\undelivered_notice
 */
final class deliver_events_test extends adapter_testcase {
    /**
     * It delivers, and says how many.
     */
    public function test_it_delivers(): void {
        set_config('checkenabled', 0, 'local_learningpolicy');
        $this->enrol_by_hand();
        $this->assertStringContainsString('Delivered: 1. Failed, and tried again later: 0.', $this->execute());
    }

    /**
     * An adapter that fails is no failure of the task: Moodle would run it ever more rarely.
     */
    public function test_a_failing_adapter_is_no_failure_of_the_task(): void {
        set_config('checkenabled', 0, 'local_learningpolicy');
        $this->enrol_by_hand();
        self::$adapter->answer('/v1/lms-events', 500);
        $this->assertStringContainsString('Delivered: 0. Failed, and tried again later: 1.', $this->execute());
    }

    /**
     * It sends nothing while it may not or cannot.
     */
    public function test_it_sends_nothing_while_it_may_not_or_cannot(): void {
        $this->getDataGenerator()->create_user();
        set_config('deliveryenabled', 0, 'local_learningpolicy');
        $this->assertStringContainsString('switched off', $this->execute());
        set_config('deliveryenabled', 1, 'local_learningpolicy');
        set_config('webhooksecret', 'nothing', 'local_learningpolicy');
        $this->assertStringContainsString('no secret', $this->execute());
        $this->assertSame([], self::$adapter->requests('/v1/lms-events'));
        $this->assertCount(1, $this->queued());
    }

    /**
     * After 24 hours the administrators are warned, once a day, and told the error.
     */
    public function test_administrators_are_warned_once_a_day(): void {
        $clock = $this->mock_clock_with_frozen();
        $this->getDataGenerator()->create_user();
        self::$adapter->answer('/v1/lms-events', 500, '{"title": "Broken"}');
        $sink = $this->redirectMessages();

        $this->execute();
        $clock->bump(DAYSECS - 60);
        $this->execute();
        $this->assertSame([], $sink->get_messages());

        $clock->bump(120);
        $this->execute();
        [$message] = $sink->get_messages();
        $this->assertEquals(get_admin()->id, $message->useridto);
        $this->assertSame('Learning policy: 1 events wait for the adapter', $message->subject);
        $this->assertStringContainsString('Last error: HTTP 500 Broken', $message->fullmessage);
        $clock->bump(DAYSECS - 60);
        $this->execute();
        $this->assertCount(1, $sink->get_messages());
        $clock->bump(120);
        $this->execute();
        $this->assertCount(2, $sink->get_messages());
    }

    /**
     * Runs the task.
     *
     * @return string what it said
     */
    private function execute(): string {
        ob_start();
        (new deliver_events())->execute();
        return ob_get_clean();
    }
}
