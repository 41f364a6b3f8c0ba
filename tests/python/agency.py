"""A plain gRPC client of a node: grpcio, the proto files, an agency certificate, and nothing else.

    agency.py CONTEXT_DIR PROTO_DIR RECIPIENT...

Publishes a notice to the recipients, then lists, reads and searches it at the same node.
Prints one line a step; exits 1 at the first that does not hold.
"""

import importlib
import pathlib
import sys
import tempfile
import time
import tomllib
import uuid

import grpc
from grpc_tools import protoc


def generated(proto_dir: str):
    """Compiles the proto files and imports them, as any project would at build time."""
    out = tempfile.mkdtemp(prefix="amana-python-")
    files = sorted(str(path) for path in pathlib.Path(proto_dir).glob("amana/*/v1/*.proto"))
    well_known = str(importlib.import_module("grpc_tools").__path__[0] + "/_proto")
    arguments = ["protoc", f"-I{proto_dir}", f"-I{well_known}", f"--python_out={out}", f"--grpc_python_out={out}"]
    if protoc.main(arguments + files) != 0:
        sys.exit("the proto files do not compile")
    sys.path.insert(0, out)
    load = importlib.import_module
    return load("amana.content.v1.notice_pb2"), load("amana.agency.v1.node_pb2"), load("amana.agency.v1.node_pb2_grpc")


def channel(context_dir: pathlib.Path):
    """Mutual TLS with the agency's own certificate, as its context file says."""
    context = tomllib.loads((context_dir / "agency.toml").read_text())
    read = lambda name: (context_dir / context[name]).read_bytes()
    credentials = grpc.ssl_channel_credentials(read("ca"), read("key"), read("certificate"))
    options = [("grpc.ssl_target_name_override", context["server_name"])]
    return grpc.secure_channel(context["node"].removeprefix("https://"), credentials, options)


def notice(pb, marker: str):
    text = lambda language, text: pb.Text(language=language, text=text)
    return pb.Notice(
        circulation=pb.CIRCULATION_DIFFUSION,
        type=pb.NOTICE_TYPE_PURPLE,
        case_reference="XA-2026-PY-1",
        urgency=pb.URGENCY_ROUTINE,
        subject=[text("ar", "أسلوب عمل جديد"), text("en", f"A new way of working {marker}")],
        narrative=[text("en", "Invented for a test: false job offers, debts, documents withheld.")],
        modus_operandi=[text("en", "An invented agency takes the passports at arrival and invents debts.")],
        offences=[pb.Offence(type=pb.OFFENCE_TYPE_TRAFFICKING_IN_PERSONS, acts=[pb.ACT_RECRUITMENT], means=[pb.MEANS_DECEPTION])],
        exploitation=[pb.ExploitationForm(form=pb.EXPLOITATION_FORCED_LABOUR)],
        marking=pb.Marking(handling=pb.HANDLING_H1),
        purpose=pb.PURPOSE_CRIMINAL_INVESTIGATION,
    )


def main():
    context_dir, proto_dir, recipients = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    pb, node, services = generated(proto_dir)
    reason = node.AccessReason(purpose=pb.PURPOSE_CRIMINAL_INVESTIGATION, case_reference="XA-2026-PY-1")
    marker = "marker" + uuid.uuid4().hex[:8]
    with channel(context_dir) as link:
        stub = services.NoticeServiceStub(link)
        request = node.PublishNoticeRequest(
            request_id=str(uuid.uuid4()), notice=notice(pb, marker), addressing=pb.Addressing(members=recipients)
        )
        published = stub.Publish(request, timeout=20)
        assert list(published.recipients) == sorted(recipients), published.recipients
        again = stub.Publish(request, timeout=20)
        assert again.notice_id == published.notice_id, "a retry must be safe"
        assert again.repeated_request and not published.repeated_request, "a retry must be told from a first"
        print("published", published.notice_id)

        page = stub.List(node.ListRequest(direction=node.DIRECTION_SENT, reason=reason), timeout=20)
        assert published.notice_id in [item.notice_id for item in page.notices]
        print("listed", len(page.notices))

        view = stub.Get(node.GetRequest(notice_id=published.notice_id, reason=reason), timeout=20).notice
        assert view.notice.subject[0].text == "أسلوب عمل جديد"
        print("read", view.notice.subject[0].text)

        found = stub.Search(node.SearchRequest(words=marker, reason=reason), timeout=20)
        assert [item.notice_id for item in found.notices] == [published.notice_id]
        print("found", marker)

        for _ in range(200):
            state = stub.ListReceipts(node.ListReceiptsRequest(notice_id=published.notice_id), timeout=20)
            if all(r.state >= node.DELIVERY_STATE_DELIVERED for r in state.recipients):
                break
            time.sleep(0.1)
        else:
            sys.exit("not every recipient signed a receipt")
        print("delivered", " ".join(r.member for r in state.recipients))

        try:
            stub.Publish(node.PublishNoticeRequest(request_id="x", notice=pb.Notice()), timeout=20)
            sys.exit("an empty notice was taken")
        except grpc.RpcError as refused:
            assert refused.code() == grpc.StatusCode.INVALID_ARGUMENT, refused
            print("refused", refused.code().name)


main()
