internal import KubernetesObjects

/// Puts owners before what they own: an object comes in the wave of its owner or later, one level deeper.
enum OwnerDepth {
    static func sorted(_ steps: [RestoreStep]) -> [RestoreStep] {
        var positions: [OwnerKey: Int] = [:]
        for (index, step) in steps.enumerated() { positions[OwnerKey(step.identity)] = index }
        let owners = steps.map { step -> [Int] in
            guard let object = step.object else { return [] }
            return OwnerKey.owners(of: object).compactMap { owner in owner.keys.lazy.compactMap { positions[$0] }.first
            }
        }
        var places = steps.map { (wave: $0.wave, depth: 0) }
        // Chains of owners are short; a cycle, which nothing sensible makes, ends with the round limit.
        for _ in 0..<16 {
            var didChange = false
            for (index, parents) in owners.enumerated() {
                for parent in parents where parent != index {
                    let wave = max(places[index].wave, places[parent].wave)
                    let depth = places[parent].wave == wave ? places[parent].depth + 1 : 0
                    if wave > places[index].wave || (wave == places[index].wave && depth > places[index].depth) {
                        places[index] = (wave, depth)
                        didChange = true
                    }
                }
            }
            if !didChange { break }
        }
        return zip(steps, places).map { step, place in
            RestoreStep(
                identity: step.identity,
                verdict: step.verdict,
                wave: place.wave,
                depth: place.depth,
                body: step.body,
                object: step.object,
                existing: step.existing,
                status: step.status
            )
        }.sorted { ($0.wave, $0.depth, $0.identity) < ($1.wave, $1.depth, $1.identity) }
    }
}
