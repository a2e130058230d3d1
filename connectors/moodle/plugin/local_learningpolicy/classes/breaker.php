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
 * Keeps the check at enrolment from making people wait again and again for an adapter that is away or slow.
 *
 * After a failure nobody asks for a minute. And of each minute a process spends ten seconds on asking at most, so that a
 * thousand enrolments at once go on. What is not asked, the queue tells.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class breaker {
    /** @var int Seconds without asking after a failure, and the length of the period of the budget. */
    private const PERIOD = MINSECS;

    /** @var float Seconds that a process may spend on asking in one period. */
    private const BUDGET = 10.0;

    /** @var string The key in the cache, that all processes share. */
    private const KEY = 'openuntil';

    /** @var int When the running period began. */
    private int $periodstart = 0;

    /** @var float Seconds spent in the running period. */
    private float $spent = 0.0;

    /**
     * Constructor.
     *
     * @param \core\clock $clock
     */
    public function __construct(
        /** @var \core\clock The clock. */
        private readonly \core\clock $clock,
    ) {
    }

    /**
     * Whether the adapter may be asked now.
     *
     * @return bool
     */
    public function allows(): bool {
        if ($this->clock->time() < (int) $this->cache()->get(self::KEY)) {
            return false;
        }
        if ($this->clock->time() >= $this->periodstart + self::PERIOD) {
            $this->periodstart = $this->clock->time();
            $this->spent = 0.0;
        }
        return $this->spent < self::BUDGET;
    }

    /**
     * Counts how long a question took.
     *
     * @param float $seconds
     */
    public function spend(float $seconds): void {
        $this->spent += $seconds;
    }

    /**
     * Stops asking for a minute.
     */
    public function open(): void {
        $this->cache()->set(self::KEY, $this->clock->time() + self::PERIOD);
    }

    /**
     * The cache that all processes share.
     *
     * @return \cache
     */
    private function cache(): \cache {
        return \cache::make('local_learningpolicy', 'breaker');
    }
}
