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
 * The signature of an event, by the Standard Webhooks specification.
 *
 * @link https://www.standardwebhooks.com
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class signature {
    /** @var string What a secret begins with. */
    private const PREFIX = 'whsec_';

    /** @var int The fewest bytes that a secret may have. */
    private const FEWEST_BYTES = 24;

    /** @var int The most bytes that a secret may have. */
    private const MOST_BYTES = 64;

    /**
     * The value of the header webhook-signature.
     *
     * @param string $secret whsec_ and base64
     * @param string $id the event's id
     * @param int $timestamp seconds since 1970 of this attempt
     * @param string $body exactly as it is sent
     * @return string
     * @throws \moodle_exception when the secret is none
     */
    public static function sign(string $secret, string $id, int $timestamp, string $body): string {
        $key = self::key($secret);
        if ($key === null) {
            throw new \moodle_exception('invalidsecret', 'local_learningpolicy');
        }
        return 'v1,' . base64_encode(hash_hmac('sha256', "{$id}.{$timestamp}.{$body}", $key, true));
    }

    /**
     * Whether a text is a secret by the specification: whsec_ and the base64 of 24 to 64 bytes.
     *
     * @param string $secret
     * @return bool
     */
    public static function is_secret(string $secret): bool {
        return self::key($secret) !== null;
    }

    /**
     * The bytes of a secret, or null when it is none.
     *
     * @param string $secret
     * @return string|null
     */
    private static function key(string $secret): ?string {
        if (!str_starts_with($secret, self::PREFIX)) {
            return null;
        }
        $key = base64_decode(substr($secret, strlen(self::PREFIX)), true);
        if ($key === false || strlen($key) < self::FEWEST_BYTES || strlen($key) > self::MOST_BYTES) {
            return null;
        }
        return $key;
    }
}
