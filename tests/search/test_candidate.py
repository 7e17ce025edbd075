from evomerge.search.candidate import Candidate, Proposal


def test_a_proposal_becomes_a_candidate_of_its_number():
    proposal = Proposal((0.25, 1.0), "cross", (3, 5))
    assert proposal.numbered(7, 2, 1) == Candidate(7, 2, 1, (0.25, 1.0), "cross", (3, 5))
    assert Proposal((0.5,), "sample").numbered(0, 0, 0).origins == ()
