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

use stdClass;

/**
 * Delivers the events that wait.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class delivery {
    /** @var int Seconds after which a run takes up nothing new: the next one starts within a minute. */
    private const LONGEST_RUN = 50;

    /** @var int Seconds that one attempt may take. */
    private const TIMEOUT = 10;

    /** @var int How many events are looked up at a time. */
    private const BATCH = 200;

    /** @var int A run stops after this many attempts in a row that any event would have failed. */
    private const FAILURES_IN_A_ROW = 3;

    /** @var bool Whether this run has found the adapter answering. */
    private bool $answers = false;

    /** @var int Attempts in a row that any event would have failed. */
    private int $outages = 0;

    /**
     * Constructor.
     *
     * @param configuration $configuration
     * @param queue $queue
     * @param adapter_client $client
     * @param \core\clock $clock
     */
    public function __construct(
        /** @var configuration The settings. */
        private readonly configuration $configuration,
        /** @var queue The queue. */
        private readonly queue $queue,
        /** @var adapter_client The way to the adapter. */
        private readonly adapter_client $client,
        /** @var \core\clock The clock. */
        private readonly \core\clock $clock,
    ) {
    }

    /**
     * Delivers what is due, oldest first, for less than a minute.
     *
     * One failing event does not block those of other objects.
     *
     * @return int[] how many were delivered and how many failed; null when another process delivers at the moment
     */
    public function run(): ?array {
        $lock = $this->lock();
        if (!$lock) {
            return null;
        }
        try {
            return $this->deliver_what_is_due();
        } finally {
            $lock->release();
        }
    }

    /**
     * Tries one event at once, whenever its next attempt was planned.
     *
     * @param int $id
     * @return answer|null null when it does not wait any more, or another process delivers at the moment
     */
    public function send_now(int $id): ?answer {
        $lock = $this->lock();
        if (!$lock) {
            return null;
        }
        try {
            $row = $this->queue->waiting($id);
            return $row ? $this->attempt($row) : null;
        } finally {
            $lock->release();
        }
    }

    /**
     * Keeps delivering until nothing is due, time is up or the adapter turns out to be away.
     *
     * @return int[] how many were delivered and how many failed
     */
    private function deliver_what_is_due(): array {
        $count = ['delivered' => 0, 'failed' => 0];
        $end = microtime(true) + self::LONGEST_RUN;
        $this->outages = 0;
        $this->answers = false;
        while ($ids = $this->queue->due(self::BATCH)) {
            foreach ($ids as $id) {
                if (microtime(true) > $end || $this->outages >= self::FAILURES_IN_A_ROW) {
                    return $count;
                }
                $row = $this->queue->waiting($id);
                if ($row) {
                    $count[$this->attempt($row)->is_ok() ? 'delivered' : 'failed']++;
                }
            }
        }
        return $count;
    }

    /**
     * Sends one event and writes down how it went.
     *
     * @param stdClass $row
     * @return answer
     */
    private function attempt(stdClass $row): answer {
        $this->queue->begin_attempt($row);
        $answer = $this->client->post('/v1/lms-events', $row->body, $this->headers($row), self::TIMEOUT);
        $this->queue->end_attempt($row, $answer);
        $this->outages = $answer->is_outage() ? $this->outages + 1 : 0;
        if ($answer->is_ok() && !$this->answers) {
            $this->answers = true;
            $this->queue->resume_after_outage();
            set_config('lastdelivered', $this->clock->time(), 'local_learningpolicy');
        }
        return $answer;
    }

    /**
     * The headers of an attempt: same id and body as before, a new moment, and so a new signature.
     *
     * @param stdClass $row
     * @return string[]
     */
    private function headers(stdClass $row): array {
        $timestamp = $this->clock->time();
        $signature = signature::sign($this->configuration->webhook_secret(), $row->eventid, $timestamp, $row->body);
        return [
            'Content-Type: application/cloudevents+json',
            "webhook-id: {$row->eventid}",
            "webhook-timestamp: {$timestamp}",
            "webhook-signature: {$signature}",
        ];
    }

    /**
     * Lets one process deliver at a time: the task, or an administrator who does not want to wait for it.
     *
     * @return \core\lock\lock|null
     */
    private function lock(): ?\core\lock\lock {
        return \core\lock\lock_config::get_lock_factory('local_learningpolicy')->get_lock('delivery', 0) ?: null;
    }
}
