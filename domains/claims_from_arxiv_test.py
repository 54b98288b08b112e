"""Tests of claims_from_arxiv.py. All fixtures are written here; nothing is fetched."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import claims_from_arxiv as tool

FINDING = "We show that striped pebbles roll further than plain ones on wet sand."
PLAIN = "Pebbles have been studied since the first beaches were measured."
LEANING = "However, these models ignore the colour of the pebbles entirely."

ATOM = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>http://arxiv.org/api/something</id>
  <entry><id>http://arxiv.org/abs/9901.00001v2</id>
    <summary>  {PLAIN}
      {FINDING} </summary></entry>
  <entry><id>http://arxiv.org/abs/math/9901002v1</id><summary>{PLAIN}</summary></entry>
</feed>"""

OAI = f"""<?xml version="1.0"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>
  <record><header status="deleted"/></record>
  <record><header/><metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/">
    <id>9901.00001</id><abstract>{FINDING}</abstract></arXiv></metadata></record>
  <record><header/><metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">
    <id>9901.00002</id><abstract>{PLAIN}</abstract></arXivRaw></metadata></record>
  <record><header/><metadata>
    <oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
               xmlns:dc="http://purl.org/dc/elements/1.1/">
      <dc:description>Kites fly higher &amp; longer over fields than over lakes.</dc:description>
      <dc:description>Comment: 5 pages</dc:description>
      <dc:identifier>http://arxiv.org/abs/9901.00003</dc:identifier>
      <dc:identifier>doi:10.0/none</dc:identifier></oai_dc:dc></metadata></record>
</ListRecords></OAI-PMH>"""


def json_line(number: int, abstract: str) -> str:
    return json.dumps({"id": f"9901.{number:05d}", "title": "unused", "abstract": abstract}) + "\n"


class InputFile(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "input"

    def read(self, text: str) -> list[tool.Preprint]:
        self.path.write_text(text, encoding="utf-8")
        return list(tool.read_preprints(self.path))

    def expect_error(self, text: str, pattern: str) -> None:
        with self.assertRaisesRegex(tool.InputError, pattern):
            self.read(text)

    def run_tool(self, text: str, *options: str) -> tuple[int, str, str]:
        self.path.write_text(text, encoding="utf-8")
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = tool.main([str(self.path), *options])
        return code, out.getvalue(), err.getvalue()


class ReadPreprints(InputFile):
    def test_atom(self) -> None:
        self.assertEqual([p.id for p in self.read(ATOM)], ["9901.00001", "math/9901002"])
        self.assertEqual(tool.claim_of(self.read(ATOM)[0].abstract), FINDING)

    def test_oai_in_its_three_formats_and_without_deleted_records(self) -> None:
        self.assertEqual(
            self.read(OAI),
            [
                ("9901.00001", FINDING),
                ("9901.00002", PLAIN),
                ("9901.00003", "Kites fly higher & longer over fields than over lakes."),
            ],
        )

    def test_json_lines(self) -> None:
        self.assertEqual(
            self.read(json_line(1, FINDING) + "\n" + json_line(2, PLAIN)),
            [("9901.00001", FINDING), ("9901.00002", PLAIN)],
        )

    def test_error_when_xml_has_a_document_type(self) -> None:
        bomb = '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
        self.expect_error(bomb, "^input: the XML has a document type")
        secret = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'
        self.expect_error(secret, "^input: the XML has a document type")
        self.expect_error(
            '<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><x/>', "has a document type"
        )

    def test_error_when_xml_is_cut_off(self) -> None:
        self.expect_error(ATOM[:-20], "^input: no well-formed XML: .* fetch the file again$")

    def test_error_when_the_root_is_another(self) -> None:
        self.expect_error("<html/>", "^input: the XML's root is html; expected an Atom feed or")

    def test_error_of_the_api(self) -> None:
        self.expect_error(
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry>'
            "<id>http://arxiv.org/api/errors#bad</id><summary>bad id</summary></entry></feed>",
            "^input: arXiv answered with an error: bad id; correct the query$",
        )
        self.expect_error(
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
            '<error code="badArgument">no such set</error></OAI-PMH>',
            r"^input: arXiv answered with an error: no such set \(badArgument\); correct",
        )

    def test_error_when_a_line_is_no_record(self) -> None:
        for bad in ('{"id": ', '{"id": "1"}', "[1]"):
            self.expect_error(
                json_line(1, PLAIN) + bad,
                "^input:2: expected a JSON object with id and abstract on each line, ",
            )
        self.expect_error(
            '{"id": 1, "abstract": "a"}', "^input:1: id and abstract are expected to be strings"
        )

    def test_error_when_the_file_is_something_else(self) -> None:
        for bad in ("", "PK\x03\x04"):
            self.expect_error(bad, "^input: neither XML nor JSON lines; expected")


class Sentences(unittest.TestCase):
    def test_end_at_a_stop_before_a_capital_only(self) -> None:
        self.assertEqual(
            tool.sentences("It costs 3.5 units of work. Is it much? No. e.g. this"),
            ["It costs 3.5 units of work.", "Is it much?", "No. e.g. this"],
        )

    def test_do_not_end_after_abbreviations_and_initials(self) -> None:
        text = "The law of J. Doe et al. Holds in Fig. A (cf. B) too."
        self.assertEqual(tool.sentences(text), [text])

    def test_join_lines(self) -> None:
        self.assertEqual(tool.sentences("  A line\n  and another.\n"), ["A line and another."])


class ClaimOf(unittest.TestCase):
    def test_prefers_a_finding(self) -> None:
        self.assertEqual(tool.claim_of(f"{PLAIN} {LEANING} {FINDING}"), FINDING)

    def test_otherwise_takes_the_first_that_stands_alone(self) -> None:
        self.assertEqual(tool.claim_of(f"{LEANING} {PLAIN}"), PLAIN)

    def test_passes_over_abstracts_without_one(self) -> None:
        long = "Pebbles " + "roll and " * 40 + "stop."
        unprintable = PLAIN.replace("first", "fi\x1brst")
        for abstract in (
            "",
            "Too short.",
            long,
            LEANING,
            PLAIN.rstrip("."),
            "# " + PLAIN,
            unprintable,
        ):
            self.assertIsNone(tool.claim_of(abstract), abstract)


class Main(InputFile):
    many = "".join(
        json_line(n, f"Pebbles of kind {n} roll further than those of any other.")
        for n in range(50)
    )

    def test_writes_each_claim_below_its_preprint(self) -> None:
        code, out, err = self.run_tool(ATOM, "--count", "2")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(
            out,
            "# 2 claims from abstracts of arXiv preprints in input, drawn with seed\n"
            "# 0 by claims_from_arxiv.py. Above each is the preprint it was taken from.\n\n"
            f"# arXiv:9901.00001\n{FINDING}\n# arXiv:math/9901002\n{PLAIN}\n",
        )

    def test_writes_to_a_file(self) -> None:
        output = self.path.with_name("claims.txt")
        code, out, _ = self.run_tool(ATOM, "--count", "1", "-o", str(output))
        self.assertEqual((code, out), (0, ""))
        self.assertIn("# 1 claims", output.read_text(encoding="utf-8"))

    def test_draws_by_the_seed_in_order_and_without_repeats(self) -> None:
        draws = [
            self.run_tool(self.many, "--count", "10", "--seed", seed)[1] for seed in ("1", "1", "2")
        ]
        self.assertEqual(draws[0], draws[1])
        self.assertNotEqual(draws[0], draws[2])
        ids = [line for line in draws[0].splitlines() if line.startswith("# arXiv:")]
        self.assertEqual(ids, sorted(set(ids)))
        self.assertEqual(len(ids), 10)

    def test_draws_every_claim_equally_often(self) -> None:
        claims = [tool.Claim(str(n), "") for n in range(5)]
        times = {claim: 0 for claim in claims}
        for seed in range(1000):
            for claim in tool.drawn(claims, 2, seed):
                times[claim] += 1
        for claim, n in times.items():  # 400 ± 5 binomial standard deviations of 15.5
            self.assertLess(abs(n - 400), 78, claim)

    def test_repeated_abstracts_and_odd_ids_are_left_out(self) -> None:
        text = (
            json_line(1, PLAIN)
            + json_line(2, PLAIN)
            + '{"id": "1\\n2", "abstract": "%s"}' % FINDING
        )
        code, out, err = self.run_tool(text, "--count", "2")
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(
            err,
            "claims_from_arxiv.py: input: 1 usable claims were found, --count asks for "
            "2; fetch more preprints or lower --count\n",
        )

    def test_error_when_the_input_is_missing(self) -> None:
        err = io.StringIO()
        with contextlib.redirect_stderr(err):
            self.assertEqual(tool.main([str(self.path)]), 2)
        self.assertRegex(err.getvalue(), "^claims_from_arxiv.py: .*No such file")

    def test_error_when_the_count_is_not_positive(self) -> None:
        for bad in ("0", "-1", "x"):
            err = io.StringIO()
            with contextlib.redirect_stderr(err), self.assertRaises(SystemExit) as exit_:
                tool.main([str(self.path), "--count=" + bad])
            self.assertEqual(exit_.exception.code, 2)
            self.assertIn(f'"{bad}" is not a positive whole number', err.getvalue())


if __name__ == "__main__":
    unittest.main()
