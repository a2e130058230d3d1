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
 * What came back from the adapter.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class answer {
    /** @var int[] Statuses that every event would get: nobody there, a wrong address or key, a server in front that waits. */
    public const OUTAGE = [0, 401, 403, 404, 429, 502, 503, 504];

    /** @var int The longest explanation that is kept. */
    private const LONGEST = 300;

    /**
     * Constructor.
     *
     * @param int $status
     * @param string $body
     * @param string $error
     */
    public function __construct(
        /** @var int Status of HTTP; 0 when there was no answer. */
        public readonly int $status,
        /** @var string The body. */
        public readonly string $body = '',
        /** @var string Why there was no answer. */
        public readonly string $error = '',
    ) {
    }

    /**
     * Whether the adapter did what was asked. Exactly 200 says so.
     *
     * @return bool
     */
    public function is_ok(): bool {
        return $this->status === 200;
    }

    /**
     * Whether it says nothing about this event: any other would fail as well.
     *
     * @return bool
     */
    public function is_outage(): bool {
        return in_array($this->status, self::OUTAGE);
    }

    /**
     * The body, when it is a JSON object.
     *
     * @return array|null
     */
    public function json(): ?array {
        $decoded = json_decode($this->body, true);
        return is_array($decoded) ? $decoded : null;
    }

    /**
     * Why it did not succeed, in one line: what the adapter itself says about it, when it does.
     *
     * @return string
     */
    public function explanation(): string {
        if ($this->status === 0) {
            return \core_text::substr($this->error, 0, self::LONGEST);
        }
        $problem = $this->json() ?? [];
        $said = array_filter([$problem['title'] ?? '', $problem['detail'] ?? ''], fn($text) => is_string($text) && $text !== '');
        return \core_text::substr(implode(' ', ["HTTP {$this->status}", ...$said]), 0, self::LONGEST);
    }
}
