import KubernetesObjects
import Policies

/// Finds the components of a catalogue in an inventory.
///
/// A kind that cannot be read gives no signals; the checks that need it report it.
struct ComponentDetector {
    private let inventory: ObjectInventory
    private let workloads: [(workload: Workload, images: [ImageReference])]
    private let definitions: [String]
    private let ingressControllers: [String]
    private let gatewayControllers: [String]
    private let webhooks: [String]
    private let storageDrivers: [String]
    private let apiServices: [(group: String, isAvailable: Bool)]
    private let serverOptions: Set<String>
    private let addresses: [String]

    init(_ inventory: ObjectInventory) {
        self.inventory = inventory
        func objects(_ kind: GroupKind) -> [JSONValue] { (try? inventory.objects(kind)) ?? [] }
        workloads = ((try? inventory.workloads()) ?? []).map { ($0, $0.images.map(\.image)) }
        definitions = objects(.customResourceDefinition)
            .map { "\($0["spec", "group"]?.string ?? "")/\($0["spec", "names", "kind"]?.string ?? "")" }
        ingressControllers = objects(.ingressClass).compactMap { $0["spec", "controller"]?.string }
        gatewayControllers = objects(.gatewayClass).compactMap { $0["spec", "controllerName"]?.string }
        webhooks = (objects(.validatingWebhooks) + objects(.mutatingWebhooks))
            .flatMap { [$0.objectName] + ($0["webhooks"]?.array?.compactMap { $0["name"]?.string } ?? []) }
        storageDrivers =
            objects(.csiDriver).map(\.objectName)
            + objects(.storageClass).compactMap { $0["provisioner"]?.string }
        apiServices = objects(.apiService).filter { $0["spec", "service"]?.object != nil }
            .map { ($0["spec", "group"]?.string ?? "", $0.hasCondition("Available")) }
        let options = (try? inventory.serverOptions()) ?? [:]
        serverOptions = Set(options.keys).union(options.map { "\($0.key)=\($0.value)" })
        addresses = (objects(.service) + objects(.ingress))
            .flatMap { $0["status", "loadBalancer", "ingress"]?.array ?? [] }.compactMap { $0["hostname"]?.string }
    }

    func detect(_ catalogue: ComponentCatalogue) -> [DetectedComponent] { catalogue.signatures.compactMap(detect) }

    private func detect(_ signature: ComponentSignature) -> DetectedComponent? {
        let mine = workloads.filter { entry in
            let identity = entry.workload.identity
            return signature.workloads.matches("\(identity.groupVersionKind.kind)/\(identity.name)")
                || entry.images.contains { image in signature.images.contains { image.hasSuffix($0) } }
        }
        var registered: [String] = []
        registered += mine.map { "\($0.workload.identity)" }
        registered += webhooks.filter(signature.webhooks.matches).map { "webhook \($0)" }
        registered += apiServices.filter { signature.apiGroups.matches($0.group) }.map { "API group \($0.group)" }
        // A webhook or an API is only the address of a controller; whoever lost the controller has it still.
        let isAddressOnly = mine.isEmpty && !registered.isEmpty && signature.hasKnownWorkloads
        registered += storageDrivers.filter(signature.storageDrivers.matches).map { "storage driver \($0)" }
        registered += serverOptions.filter(signature.serverOptions.matches).sorted()
            .map { "API server option \($0)" }
        let hosts = Set(workloads.flatMap { $0.images.map(\.registry) }).filter(signature.registries.matches)
        registered += hosts.sorted().map { "images from \($0)" }
        registered += Set(addresses.filter(signature.addresses.matches)).sorted().map { "load balancer \($0)" }
        var declared = definitions.filter(signature.customResources.matches).map { "custom resource \($0)" }
        declared += ingressControllers.filter(signature.ingressControllers.matches).map { "IngressClass for \($0)" }
        declared += gatewayControllers.filter(signature.gatewayControllers.matches).map { "GatewayClass for \($0)" }
        declared += signature.customResourceFields.filter(isSet).map { "field \($0)" }
        guard !registered.isEmpty || !declared.isEmpty else { return nil }
        let isRunning = !isAddressOnly && isRunning(signature, mine.map(\.workload))
        return DetectedComponent(
            signature: signature,
            state: registered.isEmpty ? .declared : isRunning ? .active : .installed,
            version: version(signature, mine.map(\.images)),
            workloads: mine.map(\.workload.identity).sorted(),
            workloadObjects: mine.map(\.workload.object),
            evidence: Array(Set(registered + declared)).sorted()
        )
    }

    /// Whether any custom resource has the field of `group/Kind/a/b`.
    private func isSet(_ field: String) -> Bool {
        let parts = field.split(separator: "/").map(String.init)
        guard parts.count > 2 else { return false }
        let objects = (try? inventory.objects(GroupKind(group: parts[0], kind: parts[1]))) ?? []
        return objects.contains { object in
            let value = parts.dropFirst(2).reduce(Optional(object)) { $0?[$1] }
            return value.map { !$0.isNull } ?? false
        }
    }

    /// Whether every workload is ready and every API is available; a component that is only used, as a registry is, counts as running.
    private func isRunning(_ signature: ComponentSignature, _ workloads: [Workload]) -> Bool {
        workloads.allSatisfy { WorkloadReadiness.of($0.object).isReady }
            && apiServices.filter { signature.apiGroups.matches($0.group) }.allSatisfy(\.isAvailable)
    }

    private func version(_ signature: ComponentSignature, _ images: [[ImageReference]]) -> String? {
        let all = images.flatMap(\.self)
        let own = all.filter { image in signature.images.contains { image.hasSuffix($0) } }
        return (own.isEmpty ? all : own).lazy.compactMap { $0.tag ?? $0.digest }.first
    }
}
