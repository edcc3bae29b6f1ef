import KubernetesObjects

/// One piece of work: a controller looks at one object. Equal items that wait are done once.
struct WorkItem: Hashable, Sendable {
    enum Controller: Hashable, Sendable {
        case namespace, garbage, deployment, replicaSet, statefulSet, daemonSet, job, pod, claim, volume
        case tokenSecret, aggregatedRole, definition
        // These only report; they wait until the others have nothing to do, so that they look once at many changes.
        case endpoints, loadBalancer, autoscaler, disruptionBudget, quota, apiService
    }

    let controller: Controller
    let key: ObjectKey

    init(_ controller: Controller, _ key: ObjectKey) {
        self.controller = controller
        self.key = key
    }

    /// Whether it waits for all other work.
    var isLast: Bool {
        switch controller {
        case .endpoints, .loadBalancer, .autoscaler, .disruptionBudget, .quota, .apiService: true
        default: false
        }
    }
}

/// What waits to be done, in the order in which it came.
struct WorkQueue: Sendable {
    private var first: [WorkItem] = []
    private var last: [WorkItem] = []
    private var firstHead = 0
    private var lastHead = 0
    private var waiting: Set<WorkItem> = []

    var isEmpty: Bool { waiting.isEmpty }

    mutating func add(_ item: WorkItem) {
        guard waiting.insert(item).inserted else { return }
        if item.isLast { last.append(item) } else { first.append(item) }
    }

    mutating func next() -> WorkItem? {
        let item: WorkItem
        if firstHead < first.count {
            item = first[firstHead]
            firstHead += 1
        } else if lastHead < last.count {
            item = last[lastHead]
            lastHead += 1
        } else {
            return nil
        }
        waiting.remove(item)
        if firstHead == first.count { (first, firstHead) = ([], 0) }
        if lastHead == last.count { (last, lastHead) = ([], 0) }
        return item
    }
}
