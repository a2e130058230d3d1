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
 * The way to the adapter.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class adapter_client {
    /**
     * Constructor.
     *
     * @param configuration $configuration
     */
    public function __construct(
        /** @var configuration The settings. */
        private readonly configuration $configuration,
    ) {
    }

    /**
     * Posts JSON to the adapter. Never throws because of the network: no answer is an answer with status 0.
     *
     * @param string $path such as /v1/lms-events
     * @param string $body
     * @param string[] $headers
     * @param int $timeout seconds for all of it, connecting included
     * @return answer
     */
    public function post(string $path, string $body, array $headers, int $timeout): answer {
        global $CFG;
        require_once($CFG->libdir . '/filelib.php');

        // The administrator alone sets the address, and an adapter usually is on the agency's own network, which the list of
        // blocked hosts shuts out. That list is meant for addresses that users can choose, so it is not asked here.
        $curl = new \curl(['ignoresecurity' => true]);
        // Without an empty Expect, curl can wait a second for permission to send the body.
        $curl->setHeader([...$headers, 'Expect:']);
        $body = $curl->post($this->configuration->adapter_url() . $path, $body, [
            'CURLOPT_CONNECTTIMEOUT' => $timeout,
            'CURLOPT_TIMEOUT' => $timeout,
            // Key and signature are for this address only.
            'CURLOPT_FOLLOWLOCATION' => 0,
            // Moodle leaves this off by default.
            'CURLOPT_SSL_VERIFYPEER' => 1,
        ]);
        if ($curl->get_errno()) {
            return new answer(0, '', $this->configuration->without_secrets((string) $curl->error));
        }
        return new answer((int) ($curl->get_info()['http_code'] ?? 0), $this->configuration->without_secrets((string) $body));
    }
}
