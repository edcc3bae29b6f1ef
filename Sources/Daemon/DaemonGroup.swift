package import Logging
package import ServiceLifecycle
import UnixSignals

extension Daemon {
    /// The daemon with its HTTP endpoints, stopped by SIGTERM and SIGINT.
    ///
    /// The endpoints go last, so that `/readyz` says during the stop that no more work is taken.
    package func serviceGroup(server: StatusServer?, logger: Logger) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: (server.map { [.init(service: $0)] } ?? []) + [
                .init(service: self, successTerminationBehavior: .gracefullyShutdownGroup)
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        // The daemon bounds its own stop; this is for what it cannot bound.
        configuration.maximumGracefulShutdownDuration = .seconds(60)
        return ServiceGroup(configuration: configuration)
    }
}
