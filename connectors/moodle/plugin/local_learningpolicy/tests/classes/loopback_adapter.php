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

namespace local_learningpolicy\tests;

/**
 * A real HTTP server on this machine that stands for the adapter.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class loopback_adapter {
    /** @var string The secret of the specification's own example. */
    public const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

    /** @var string What an event gets when all is well. */
    private const STORED = '{"id": "event"}';

    /** @var string Folder with the answers to give and the requests that came. */
    private readonly string $folder;

    /** @var resource The server. */
    private $process;

    /** @var int Its port. */
    private readonly int $port;

    /**
     * Starts it, and waits until it answers.
     */
    public function __construct() {
        $this->folder = make_request_directory();
        $this->port = self::free_port();
        $this->reset();
        $this->process = proc_open(
            [PHP_BINARY, '-S', "127.0.0.1:{$this->port}", dirname(__DIR__) . '/fixtures/adapter.php'],
            [1 => ['file', "{$this->folder}/log", 'a'], 2 => ['file', "{$this->folder}/log", 'a']],
            $pipes,
            null,
            ['LOOPBACK_FOLDER' => $this->folder],
        );
        for ($try = 0; $try < 200; $try++) {
            $connection = @fsockopen('127.0.0.1', $this->port);
            if ($connection) {
                fclose($connection);
                return;
            }
            usleep(20000);
        }
        throw new \coding_exception('The loopback adapter did not start: ' . file_get_contents("{$this->folder}/log"));
    }

    /**
     * Stops it.
     */
    public function stop(): void {
        proc_terminate($this->process);
        proc_close($this->process);
    }

    /**
     * Forgets the requests, stores every event and allows every enrolment.
     */
    public function reset(): void {
        file_put_contents("{$this->folder}/requests", '');
        file_put_contents("{$this->folder}/answers", json_encode([
            '/v1/lms-events' => ['status' => 200, 'body' => self::STORED],
            '/v1/enrolment-checks' => ['status' => 200, 'body' => '{"outcome": "allow", "findings": []}'],
        ]));
    }

    /**
     * Makes it the adapter of the site.
     */
    public function connect(): void {
        set_config('adapterurl', "http://127.0.0.1:{$this->port}/", 'local_learningpolicy');
        set_config('webhooksecret', self::SECRET, 'local_learningpolicy');
        set_config('apikey', 'the-key', 'local_learningpolicy');
        set_config('employeefield', 'idnumber', 'local_learningpolicy');
    }

    /**
     * Has it answer something else to a path.
     *
     * @param string $path
     * @param int $status
     * @param string $body
     */
    public function answer(string $path, int $status, string $body = '{}'): void {
        $this->set_answer($path, ['status' => $status, 'body' => $body]);
    }

    /**
     * Has it hold every enrolment.
     *
     * @param string $message
     */
    public function hold(string $message = 'There is no grant.'): void {
        $this->answer('/v1/enrolment-checks', 200, json_encode([
            'outcome' => 'hold',
            'findings' => [
                ['code' => 'grant_missing', 'severity' => 'block', 'clause' => 'Visie §6', 'message' => $message],
                ['code' => 'hours_norm_near', 'severity' => 'info', 'clause' => 'Visie §8', 'message' => 'This is no reason.'],
            ],
        ]));
    }

    /**
     * Has it refuse the events whose body has a text in it, and store the others.
     *
     * @param string $text
     * @param int $status
     */
    public function refuse_events_with(string $text, int $status): void {
        $refusal = ['status' => $status, 'body' => '{"title": "Refused"}'];
        $this->set_answer('/v1/lms-events', ['status' => 200, 'body' => self::STORED, 'unless' => [$text => $refusal]]);
    }

    /**
     * What it was sent.
     *
     * @param string $path
     * @return array[] path, headers (lower case) and body of each request
     */
    public function requests(string $path): array {
        $requests = array_map(
            fn(string $line): array => json_decode($line, true),
            file("{$this->folder}/requests", FILE_IGNORE_NEW_LINES),
        );
        return array_values(array_filter($requests, fn(array $request): bool => $request['path'] === $path));
    }

    /**
     * A port where nobody listens.
     *
     * @return int
     */
    public static function free_port(): int {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int) substr(strrchr(stream_socket_get_name($socket, false), ':'), 1);
        fclose($socket);
        return $port;
    }

    /**
     * Has it answer something else to a path.
     *
     * @param string $path
     * @param array $answer
     */
    private function set_answer(string $path, array $answer): void {
        $answers = json_decode(file_get_contents("{$this->folder}/answers"), true);
        $answers[$path] = $answer;
        file_put_contents("{$this->folder}/answers", json_encode($answers));
    }
}
