from bot.evaluate.drift.repeats import averaged, lines


def run(f1: float, best: str = "glr") -> dict:
    far = {"f1@10": f1, "mtd": None, "interval": {"f1@10": [f1 - 0.1, f1 + 0.1]}}
    method = {"mean": f1, "low": 0.0, "high": 1.0}
    return {
        "seed": 0,
        "length": 50,
        "detectors": {"default": {"threshold": f1, "far_splice": far}},
        "ahead": {"of": best, "far_splice": {"f1@10": method}},
        "recovery": {
            "far_splice": {"methods": {"triggered": method}},
            "return": {"methods": {"triggered": method}},
        },
        "harm": {"triggered": {"mean": 0.01, "low": 0.0, "high": 0.02}},
    }


def test_one_run_is_told_as_it_is():
    assert averaged([run(0.9)]) == run(0.9)


def test_several_runs_are_averaged_with_their_deviation():
    found = averaged([run(0.8), run(0.9), run(1.0)])
    assert found["detectors"]["default"]["far_splice"]["f1@10"] == 0.9
    assert found["detectors"]["default"]["far_splice"]["interval"]["f1@10"] == [0.8, 1.0]
    assert found["sd"]["default"]["far_splice"]["f1@10"] == 0.1
    assert found["length"] == 50 and len(found["runs"]) == 3


def test_what_no_run_could_tell_is_not_told():
    assert averaged([run(0.8), run(0.9)])["detectors"]["default"]["far_splice"]["mtd"] is None


def test_a_threshold_is_no_figure_to_be_averaged():
    assert "threshold" not in averaged([run(0.8), run(0.9)])["detectors"]["default"]


def test_all_peers_are_named_where_they_differ():
    assert averaged([run(0.8), run(0.9, "kswin")])["ahead"]["of"] == "glr, kswin"


def test_kept_are_detectors_leads_and_recoveries():
    kept = [(what, line) for what, line, _ in lines("log", averaged([run(0.8), run(0.9)]))]
    assert kept == [
        ("drift", "log: default"),
        ("drift-ahead", "log: default, beside glr"),
        ("drift-recovery", "log: triggered"),
    ]
