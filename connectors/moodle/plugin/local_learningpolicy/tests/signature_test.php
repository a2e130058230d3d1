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
 * The signature of an event.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\signature
 */
final class signature_test extends \basic_testcase {
    /**
     * The example of the Standard Webhooks libraries.
     */
    public function test_signature_of_the_specification(): void {
        $signature = signature::sign(
            'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
            'msg_p5jXN8AQM9LWM0D4loKWxJek',
            1614265330,
            '{"test": 2432232314}',
        );
        $this->assertSame('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', $signature);
    }

    /**
     * Id, moment and body are all signed.
     */
    public function test_everything_is_signed(): void {
        $secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
        $signatures = [
            signature::sign($secret, 'a', 1, 'b'),
            signature::sign($secret, 'A', 1, 'b'),
            signature::sign($secret, 'a', 2, 'b'),
            signature::sign($secret, 'a', 1, 'B'),
            signature::sign('whsec_' . base64_encode(str_repeat('x', 24)), 'a', 1, 'b'),
        ];
        $this->assertCount(5, array_unique($signatures));
    }

    /**
     * What is no secret.
     *
     * @dataProvider not_a_secret_provider
     * @param string $text
     */
    public function test_what_is_no_secret(string $text): void {
        $this->assertFalse(signature::is_secret($text));
        $this->expectException(\moodle_exception::class);
        signature::sign($text, 'a', 1, 'b');
    }

    /**
     * Texts that are no secret.
     *
     * @return array[]
     */
    public static function not_a_secret_provider(): array {
        return [
            'nothing' => [''],
            'no prefix' => [base64_encode(str_repeat('x', 32))],
            'no base64' => ['whsec_~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~'],
            'too short' => ['whsec_' . base64_encode(str_repeat('x', 23))],
            'too long' => ['whsec_' . base64_encode(str_repeat('x', 65))],
        ];
    }
}
