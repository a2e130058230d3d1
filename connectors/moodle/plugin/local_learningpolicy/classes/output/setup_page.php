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

namespace local_learningpolicy\output;

use local_learningpolicy\setup\connection;
use local_learningpolicy\setup\part;

/**
 * What the page "Connect the adapter" shows.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class setup_page {
    /**
     * Constructor.
     *
     * @param connection $connection
     * @param \moodle_url $url
     * @param string $token
     */
    public function __construct(
        /** @var connection What the adapter needs. */
        private readonly connection $connection,
        /** @var \moodle_url The page. */
        private readonly \moodle_url $url,
        /** @var string A token that was made just now, if one was. */
        private readonly string $token = '',
    ) {
    }

    /**
     * The values of the template.
     *
     * @return array
     */
    public function export(): array {
        $missing = (bool) $this->connection->missing();
        return [
            'parts' => array_map(self::row(...), $this->connection->parts()),
            'missing' => $missing,
            'url' => $this->url->out(false),
            'sesskey' => sesskey(),
            'token' => $this->token,
            'settings' => $missing ? '' : $this->settings(),
        ];
    }

    /**
     * One part.
     *
     * @param part $part
     * @return array
     */
    private static function row(part $part): array {
        return ['name' => $part->name(), 'there' => $part->is_there()];
    }

    /**
     * The settings of the adapter, to be copied.
     *
     * @return string
     */
    private function settings(): string {
        $lines = [];
        foreach ($this->connection->adapter_settings() as $name => $value) {
            $lines[] = "{$name}={$value}";
        }
        return implode("\n", $lines);
    }
}
