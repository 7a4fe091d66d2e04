import unittest

import app


class DescribeTest(unittest.TestCase):
    def test_tells_what_it_was_called_with(self):
        answer = app.describe({"x-dev-session": "pr-1-abcd"})
        self.assertEqual(answer, {"app": "terminal", "version": app.VERSION, "session": "pr-1-abcd", "baggage": None})


if __name__ == "__main__":
    unittest.main()
