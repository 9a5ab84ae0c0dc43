//! The smallest set that takes a member from each of some sets. Exact, by branching, for the few and small sets that
//! infeasible programs give; not for set cover at large.

/// Branches looked at before giving up.
const BRANCHES: usize = 200_000;

struct Search<'a> {
    sets: &'a [Vec<usize>],
    price: &'a dyn Fn(usize) -> f64,
    size: usize,
    branches: usize,
    best: Option<(f64, Vec<usize>)>,
}

/// The smallest set of members that meets every set; of equally small ones the least total `price`, of equally dear ones
/// the lexicographically first. Ascending. None if the search would take too long. An empty set cannot be met: the caller
/// has none.
pub(crate) fn smallest(sets: &[Vec<usize>], price: &dyn Fn(usize) -> f64) -> Option<Vec<usize>> {
    let mut search = Search { sets, price, size: disjoint(sets), branches: 0, best: None };
    loop {
        search.branch(&mut Vec::new());
        if search.branches >= BRANCHES {
            return None;
        }
        if let Some((_, members)) = search.best {
            return Some(members);
        }
        search.size += 1;
    }
}

/// Sets without a common member, picked in order: each needs a member of its own.
fn disjoint(sets: &[Vec<usize>]) -> usize {
    let mut seen: Vec<usize> = Vec::new();
    let mut count = 0;
    for set in sets {
        if !set.iter().any(|member| seen.contains(member)) {
            seen.extend(set);
            count += 1;
        }
    }
    count
}

impl Search<'_> {
    /// Every way to meet the first set not yet met, while members are left to spend.
    fn branch(&mut self, chosen: &mut Vec<usize>) {
        self.branches += 1;
        let unmet = self.sets.iter().position(|set| !set.iter().any(|member| chosen.contains(member)));
        match unmet {
            None => self.keep(chosen),
            Some(set) if chosen.len() < self.size && self.branches < BRANCHES => {
                for k in 0..self.sets[set].len() {
                    chosen.push(self.sets[set][k]);
                    self.branch(chosen);
                    chosen.pop();
                }
            }
            Some(_) => {}
        }
    }

    fn keep(&mut self, chosen: &[usize]) {
        let mut members = chosen.to_vec();
        members.sort_unstable();
        let price: f64 = members.iter().map(|&member| (self.price)(member)).sum();
        let better =
            self.best.as_ref().is_none_or(|(least, kept)| price < *least || (price <= *least && members < *kept));
        if better {
            self.best = Some((price, members));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::smallest;

    #[test]
    fn a_shared_member_beats_one_from_each_set() {
        let sets = [vec![0, 3], vec![1, 3], vec![2, 3, 4]];
        assert_eq!(smallest(&sets, &|_| 1.0), Some(vec![3]));
    }

    /// {0, 2} and {1, 2} and {0, 1} need two; prices 5, 1, 1 leave {1, 2}.
    #[test]
    fn of_equally_small_sets_the_cheapest_is_taken() {
        let sets = [vec![0, 2], vec![1, 2], vec![0, 1]];
        assert_eq!(smallest(&sets, &|member| if member == 0 { 5.0 } else { 1.0 }), Some(vec![1, 2]));
    }

    #[test]
    fn without_sets_nothing_is_needed() {
        assert_eq!(smallest(&[], &|_| 1.0), Some(vec![]));
    }
}
