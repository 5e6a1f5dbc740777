package stream

// PairRules returns the pairs of the stream, parallel to Pairs: those of the facts with what AlsoEnds added.
func (s *Summary) PairRules() []Pair { return s.rules.pairs }

// Complete returns how many pairs are complete. Where one closing record is enough for all, the opening ones of a key are one pair.
func (s *Pairing) Complete() int {
	n := s.Matched
	for _, g := range s.Groups {
		if g.Closed.Line > 0 {
			n++
		}
	}
	return n
}
