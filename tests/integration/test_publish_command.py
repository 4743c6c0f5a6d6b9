"""`liaison publish` on a real broker: what is rejected is located, the others are published."""

import json
import os
import subprocess
import sys
from operator import itemgetter
from pathlib import Path

from schemas import signing
from schemas.topics import Topics
from tests.support.agency_topics import create_agency_topics, everything

MAPPINGS = Path(__file__).parents[2] / "producers" / "adapters" / "mappings"
BIS_MAPPING = MAPPINGS / "un_list_bis.yaml"


def test_publish_command_locates_rejected_lines_and_publishes_the_others(
    broker: str, namespace: str, tmp_path: Path
) -> None:
    topics = Topics(namespace, partitions=3)
    create_agency_topics(broker, topics)
    pem, table = tmp_path / "bis.oee.pem", tmp_path / "list.csv"
    signing.save_private_key(signing.generate_key(), pem)
    header = "full_name,first_name,middle_name,last_name,gender,date_of_birth,place_of_birth"
    rows = ["Ana Ruiz,,,,,1980,,mx", "Li Wei,,,,,unknown,,cn", "too,few", "Jo Reed,,,,,,,us"]
    table.write_text("\n".join([f"{header},nationality", *rows, ""]))
    command = [sys.executable, "-c", "from deploy.cli import main; main()", "publish", str(table)]
    options = ["--mapping", str(BIS_MAPPING), "--source", "bis.oee", "--key", str(pem), "--json"]
    named = {"LIAISON_BROKER__BOOTSTRAP": broker, "LIAISON_NAMESPACE": topics.namespace}
    done = subprocess.run(
        [*command, *options],
        env=os.environ | named,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 3, done.stderr
    assert f"{table}:3: entities[0].birth_date: " in done.stderr
    assert f"{table}:4: row: 2 cells under 8 columns" in done.stderr
    answers = sorted(
        (json.loads(line) for line in done.stdout.splitlines()), key=itemgetter("line")
    )
    assert [("offset" in a, "problems" in a) for a in answers] == [
        (True, False),
        (False, True),
        (False, True),
        (True, False),
    ]
    receipts = [answer for answer in answers if "offset" in answer]
    positions = {(a["topic"], a["partition"], a["offset"]) for a in receipts}
    assert positions == set(everything(broker, topics))
