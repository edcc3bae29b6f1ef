import KubernetesObjects
import Policies

/// Whether the components of a row are there and run.
enum ComponentChecks {
    /// Every component of the check's row that is installed runs, and none of them is merely declared.
    ///
    /// Parameters: `required` (whether a cluster without any fails, false by default), `absence` (what a person must then
    /// attest, for what may live outside of the cluster), `namedOnly` (only the components that the checklist names).
    static let active: ReadinessBuiltin = { context throws(UnreadableKind) in
        // A kind that cannot be read could hide a component, so it is asked for before absence is claimed.
        let workloads = try context.inventory.workloads()
        _ = try context.inventory.objects(.customResourceDefinition)
        var found = context.components.filter { $0.signature.section == context.check.section }
        if context.flag("namedOnly", default: false) { found = found.filter(\.signature.isNamedByChecklist) }
        guard !found.isEmpty else {
            if let attestation = context.text("absence") { return .manual(attestation) }
            guard context.flag("required", default: false) else {
                return .notApplicable("no component of this row was found")
            }
            var result = Examination()
            result.fail(nil, "no component of this row was found", at: "/components")
            return result
        }
        let best = found.filter { $0.state >= .installed }
        if !best.isEmpty, best.allSatisfy({ !$0.workloads.isEmpty && $0.state == .installed }) {
            guard try context.inventory.runsWorkloads() else { return .withoutNodes }
        }
        var result = Examination()
        let byIdentity = Dictionary(workloads.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        let canRun = try context.inventory.runsWorkloads()
        for component in found {
            result.examined += 1
            result.evidence.append("\(component.id) is \(component.state.rawValue)")
            switch component.state {
            case .active: break
            case .installed where component.workloads.isEmpty && component.signature.hasKnownWorkloads:
                result.fail(
                    nil,
                    "\(component.id) is registered only (\(component.evidence.joined(separator: ", "))): nothing of it runs",
                    at: "/components/\(component.id)"
                )
            case .installed:
                guard canRun else { continue }
                let stopped = component.workloads.compactMap { byIdentity[$0] }
                    .filter { !WorkloadReadiness.of($0.object).isReady }
                for workload in stopped {
                    guard case .notReady(let reason) = WorkloadReadiness.of(workload.object) else { continue }
                    result.fail(workload.identity, "\(component.id) does not run: \(reason)", at: "/status")
                }
                if stopped.isEmpty {
                    result.fail(
                        nil,
                        "an API of \(component.id) is not available",
                        at: "/components/\(component.id)"
                    )
                }
            case .declared where best.isEmpty:
                // Other tools bring definitions along, so that this alone is no proof of a loss.
                result.warn(
                    nil,
                    "\(component.id) is declared only (\(component.evidence.joined(separator: ", "))): nothing acts on its objects",
                    at: "/components/\(component.id)"
                )
            // Definitions of a second component are often there for another tool's sake.
            case .declared: break
            }
        }
        return result
    }
}
